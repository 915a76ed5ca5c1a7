import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNpy, parseNpy } from '@saddlepoint/datasets';
import { matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saddle } from './run.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saddle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sphere = { type: 'sphere', dimension: 8, coefficients: [0, 1, 0.5] };
const tiny = {
  version: 1,
  name: 'tiny',
  dataset: sphere,
  network: 'erf 1 w=1.5 b=0.1',
  pool: 128,
  test: 100,
  ridge: 0.5,
  samples: [16, 32, 64],
  draws: 4,
  targetError: 0.5,
};

const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};

describe('help', () => {
  it('lists the commands', async () => {
    const { code, stdout } = await saddle(['--help']);
    expect(code).toBe(0);
    for (const command of ['report', 'kernel', 'curve', 'train']) expect(stdout).toContain(command);
  });

  it.each(['report', 'kernel', 'curve', 'train'])('%s has help with --json, --seed and --out', async (command) => {
    const { code, stdout } = await saddle([command, '--help']);
    expect(code).toBe(0);
    for (const option of ['--json', '--seed', '--out']) expect(stdout).toContain(option);
  });
});

describe('bad input is one line that names the field, exit 2, no stack trace', () => {
  const refused: [name: string, args: () => Promise<string[]> | string[], message: RegExp][] = [
    ['unknown command', () => ['reprot'], /unknown command 'reprot'/],
    ['unknown option', () => ['report', '--sead', '3'], /unknown option '--sead'/],
    ['a number that is none', () => ['curve', '--ridge', 'small'], /--ridge <σ²>.*expected a number ≥ 0/],
    ['a missing experiment', () => ['report', join(folder, 'none.json')], /experiment: expected a readable JSON file/],
    ['an experiment that is no JSON', async () => ['report', await write('bad.json', '{ "name": ')], /experiment: expected valid JSON/],
    ['an unknown field', async () => ['report', await write('field.json', JSON.stringify({ ...tiny, rigde: 1 }))], /experiment\.rigde: .*did you mean "ridge"/],
    ['a wrong type', async () => ['report', await write('type.json', JSON.stringify({ ...tiny, ridge: 'small' }))], /experiment\.ridge: expected a number > 0.*got "small"/],
    ['n larger than the pool', async () => ['report', await write('large.json', JSON.stringify({ ...tiny, samples: [16, 512] }))], /experiment\.samples\[1\]: expected at most the 128 samples/],
    ['a pool larger than the data', () => ['curve', '--data', 'mnist', '--pool', '100000'], /saddle: .*70000|60000/],
    ['an unknown activation', () => ['curve', '--network', 'rely 2'], /relu/],
    ['an unreadable data file', () => ['kernel', '--data', join(folder, 'none.csv'), '--target', 'y'], /none\.csv/],
    ['a CSV without a target', () => ['kernel', '--data', 'x.csv'], /--target: expected the name of the column/],
    ['NaN in a CSV', async () => ['kernel', '--data', await write('nan.csv', 'a,b,y\n1,2,1\n3,NaN,-1\n'), '--target', 'y'], /nan.*\bb\b/i],
    [
      'a truncated .npy file',
      async () => {
        const whole = encodeNpy(matrix(4, 2));
        return ['kernel', '--data', await write('cut.npy', whole.subarray(0, whole.length - 8)), '--targets', await write('y.npy', encodeNpy(matrix(4, 1)))];
      },
      /cut\.npy/,
    ],
    [
      'a singular kernel',
      async () => {
        const rows = Array.from({ length: 40 }, (_, i) => `${i % 5},${(i % 5) ** 2},${i % 2}`);
        return ['curve', '--data', await write('twins.csv', `a,b,y\n${rows.join('\n')}\n`), '--target', 'y', '--samples', '16', '--ridge', '1e-300'];
      },
      /ridge: expected a number > .*kernel of the pool is singular, got 1e-300/,
    ],
    ['an --out that is a file', async () => ['curve', '--data', 'mnist', '--out', await write('taken', '')], /--out: expected a place that can be written.*taken is a file/],
    ['a network file that is missing', () => ['curve', '--network', join(folder, 'none.json')], /--network: expected a readable file/],
    ['a pool as large as the table', async () => ['curve', '--data', await write('short.csv', 'a,y\n1,2\n3,5\n4,4\n'), '--target', 'y', '--pool', '1000'], /--pool: expected fewer than the 3 samples/],
    ['an experiment that is no object', async () => ['report', await write('list.json', '[]')], /experiment: expected an object with "name"/],
    ['a path that is none', () => ['kernel', '--data', '{"type":"csv","target":"y"}'], /dataset path: expected the path of a file, got nothing/],
    ['a plugin that is none', async () => ['report', '--plugin', await write('plugin.mjs', 'export default 3;')], /--plugin: expected a module whose default export is a plugin/],
  ];

  it.each(refused)('%s', async (_name, args, message) => {
    const { code, stdout, stderr } = await saddle([...(await args()), '--quiet']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
  });

  it('shows the stack with --debug', async () => {
    const { stderr } = await saddle(['report', await write('debug.json', JSON.stringify({ ...tiny, ridge: -1 })), '--debug', '--quiet']);
    expect(stderr).toMatch(/^\s+at .*:\d+/m);
  });
});

describe('saddle kernel', () => {
  it('takes all samples of a small table', async () => {
    const data = await write('three.csv', 'a,b,y\n1,0,1\n0,1,2\n1,1,4\n');
    const { code, stdout, stderr } = await saddle(['kernel', '--data', data, '--target', 'y', '--json', '--quiet']);
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as { kernels: { samples: number }[] }).kernels[0].samples).toBe(3);
  });

  it('saves the kernel of a file of data: linear network, K = σ_w⁴ x·x′/d', async () => {
    const inputs = matrix(3, 2, [1, 0, 0, 2, 1, 1]);
    const data = await write('x.npy', encodeNpy(inputs));
    const targets = await write('t.npy', encodeNpy(matrix(3, 1, [1, -1, 1])));
    const out = join(folder, 'k.npy');
    const { code, stdout, stderr } = await saddle(['kernel', '--data', data, '--targets', targets, '--samples', '3', '--network', 'identity 1 w=2', '--kernel', 'nngp', '--out', out, '--json']);
    expect(stderr).not.toContain('Error');
    expect(code).toBe(0);
    const saved = parseNpy(await readFile(out), out);
    expect(saved.shape).toEqual([3, 3]);
    // Samples are drawn in a seeded order: the multiset of entries does not depend on it.
    const expected = [2, 8, 4, 0, 0, 2, 2, 4, 4].sort((a, b) => a - b);
    const entries = Array.from(saved.data).sort((a, b) => a - b);
    entries.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
    const document = JSON.parse(stdout) as { schemaVersion: number; kernels: { meanDiagonal: number }[] };
    expect(document.schemaVersion).toBe(1);
    expect(document.kernels[0].meanDiagonal).toBeCloseTo(14 / 3, 12);
  });
});

describe('saddle report', () => {
  it('writes the page, the numbers and the figures, and says where', async () => {
    const out = join(folder, 'report');
    const { code, stdout, stderr } = await saddle(['report', await write('tiny.json', JSON.stringify(tiny)), '--out', out]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(join(out, 'report.html'));
    expect(stderr).toMatch(/\d+% /);
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as { schemaVersion: number; seed: number; environment: object; timings: object; sections: object };
    expect(report).toMatchObject({ schemaVersion: 1, seed: 0 });
    expect(Object.keys(report.sections)).toEqual(expect.arrayContaining(['spectrum', 'learningCurve', 'learnability', 'ridgeFlow', 'exponent', 'verdict']));
    const page = await readFile(join(out, 'report.html'), 'utf8');
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/(src|href)="https?:/);
    expect((await readdir(join(out, 'figures'))).every((name) => name.endsWith('.svg'))).toBe(true);
  });

  it('gives the same numbers for the same seed, others for another', async () => {
    const file = await write('seed.json', JSON.stringify(tiny));
    const curve = async (seed: string): Promise<unknown> => {
      const { stdout } = await saddle(['report', file, '--seed', seed, '--json', '--quiet', '--out', join(folder, `seed-${seed}`)]);
      return (JSON.parse(stdout) as { report: { sections: { learningCurve: unknown } } }).report.sections.learningCurve;
    };
    const [a, again, other] = [await curve('3'), await curve('3'), await curve('4')];
    expect(again).toEqual(a);
    expect(other).not.toEqual(a);
  });

  it('ends with 130 on Ctrl-C and leaves no file', async () => {
    const out = join(folder, 'interrupted');
    const long = { ...tiny, pool: 1500, samples: [16, 512], draws: 40 };
    let sent = 0;
    const { code, stderr } = await saddle(['report', await write('long.json', JSON.stringify(long)), '--out', out], {
      onStderr: (_text, kill) => {
        if (sent !== 0) return;
        sent = Date.now();
        kill('SIGINT');
      },
    });
    expect(sent).toBeGreaterThan(0);
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(existsSync(out)).toBe(false);
  });

  it('prints the JSON Schema of experiments', async () => {
    const { code, stdout } = await saddle(['report', '--schema']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { properties: object }).properties).toHaveProperty('ridge');
  });
});

describe('saddle curve and train', () => {
  const data = JSON.stringify(sphere);

  it('prints theory beside brute force', async () => {
    const { code, stdout, stderr } = await saddle(['curve', '--data', data, '--network', 'erf 1', '--pool', '128', '--test', '100', '--samples', '16,64', '--target-error', '0.6', '--quiet']);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/GP regression/);
    expect(stdout).toMatch(/data for a test error of 0\.6/);
  });

  it('reads a table', async () => {
    const stream = randomStream(1, 'table');
    const rows = Array.from({ length: 80 }, () => {
      const [a, b] = [stream.normal(), stream.normal()];
      return [a, b, a - 0.5 * b].join(',');
    });
    const file = await write('table.csv', `a,b,y\n${rows.join('\n')}\n`);
    const { code, stdout, stderr } = await saddle(['curve', '--data', file, '--target', 'y', '--network', 'identity 1', '--samples', '8,32', '--ridge', '0.01', '--json', '--quiet']);
    expect(code, stderr).toBe(0);
    const { experiment, learningCurve } = JSON.parse(stdout) as { experiment: { pool: number; test: number }; learningCurve: { curves: { regression: { testError: { mean: number } }[] }[] } };
    // Sizes that fit a table of 80 rows.
    expect(experiment).toMatchObject({ pool: 56, test: 24 });
    // A linear teacher in two dimensions is learned from 32 samples up to the ridge's bias.
    expect(learningCurve.curves[0].regression[1].testError.mean).toBeLessThan(1e-3);
  });

  it('reads a network from a file, and inputs of one dimension', async () => {
    // In one dimension all inputs are parallel or opposite: kernels of ReLU have rank two, and the rest is rounding.
    const rows = Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)}`);
    const file = await write('line.csv', `x,y\n${rows.join('\n')}\n`);
    const dense = { type: 'dense', weightVariance: 1, biasVariance: 0 };
    const network = await write('relu.json', JSON.stringify({ version: 1, parameterization: 'ntk', layers: [dense, { type: 'activation', activation: 'relu' }, dense] }));
    const { code, stderr } = await saddle(['curve', '--data', file, '--target', 'y', '--network', network, '--samples', '8', '--quiet']);
    expect(code, stderr).toBe(0);
  });

  it('trains networks beside the theory', async () => {
    const { code, stdout, stderr } = await saddle(['train', '--data', data, '--network', 'erf 1 w=1.5', '--pool', '64', '--test', '50', '--samples', '16', '--widths', '32', '--members', '2', '--json', '--quiet']);
    expect(code, stderr).toBe(0);
    const { training } = JSON.parse(stdout) as { training: { widths: { points: { testError: { mean: number; count: number }; converged: number }[] }[] } };
    const [point] = training.widths[0].points;
    // Two networks on each of the training sets, of which sixteen samples get four times the two asked for.
    expect(point.testError.count).toBe(16);
    expect(point.converged).toBe(16);
    expect(point.testError.mean).toBeGreaterThan(0);
  });
});

describe('plugins', () => {
  it('bring activations and commands by name', async () => {
    const plugin = await write(
      'wave.mjs',
      `export default { name: 'wave', apiVersion: 1, commands: [{ name: 'wave', summary: 'says hello', run: async (args, io) => { io.stdout('hello ' + args.join(' ') + '\\n'); return 0; } }] };`,
    );
    const { code, stdout } = await saddle(['wave', 'world', '--plugin', plugin]);
    expect(code).toBe(0);
    expect(stdout).toBe('hello world\n');
  });
});
