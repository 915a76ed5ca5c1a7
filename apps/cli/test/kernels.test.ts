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
  folder = await mkdtemp(join(tmpdir(), 'saddle-kernels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};

/** What `--json` printed, after a clean run. */
async function json<T>(args: readonly string[], code = 0): Promise<T> {
  const outcome = await saddle([...args, '--json', '--quiet']);
  expect(outcome.code, outcome.stderr).toBe(code);
  expect(outcome.stderr).toBe('');
  const document = JSON.parse(outcome.stdout) as T & { schemaVersion: number };
  expect(document.schemaVersion).toBe(1);
  return document;
}

describe('help and bad input', () => {
  it.each(['spectrum', 'phase', 'gp'])('%s has help with --json, --seed and --out', async (command) => {
    const { code, stdout } = await saddle([command, '--help']);
    expect(code).toBe(0);
    for (const option of ['--json', '--seed', '--out']) expect(stdout).toContain(option);
  });

  const refused: [name: string, args: () => Promise<string[]> | string[], message: RegExp][] = [
    ['an unknown activation', () => ['phase', 'rely'], /activation: expected one of .*relu/],
    ['an activation that jumps', () => ['phase', 'sign'], /activation: expected one with a derivative/],
    ['a range that falls', () => ['phase', 'relu', '--weight-range', '3,1'], /--weight-range.*expected two rising numbers/],
    ['a sphere of one dimension', () => ['spectrum', '--dimension', '1'], /--dimension <d>.*≥ 2/],
    ['more modes than samples', async () => ['spectrum', '--data', await write('few.csv', 'a,y\n1,2\n3,5\n4,4\n'), '--target', 'y', '--modes', '9'], /modes: expected an integer ≥ 1 and ≤ 3|modes/],
    ['more samples than the table has', async () => ['gp', '--data', await write('few2.csv', 'a,y\n1,2\n3,5\n4,4\n'), '--target', 'y', '--samples', '9'], /--samples: expected training and test samples within the 3/],
    ['predictions without a place', () => ['gp', '--predict', 'x.npy'], /--out: expected a directory for predictions/],
    ['a maximum from ridge 0', () => ['gp', '--maximize', '--ridge', '0'], /--ridge: expected a number > 0 to start from/],
    ['a stream to nowhere', () => ['kernel', '--stream'], /--out: expected a file to stream to/],
    ['images for a network of another size', async () => ['kernel', '--data', 'mnist', '--samples', '4', '--network', await write('cnn8.json', JSON.stringify(cnn([8, 8])))], /X: expected .*8×8×1 columns/],
  ];
  it.each(refused)('%s: one line, exit 2', async (_name, args, message) => {
    const { code, stdout, stderr } = await saddle([...(await args()), '--quiet']);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

const cnn = (positions: number[]) => ({
  version: 1,
  parameterization: 'ntk',
  input: { positions, channels: 1 },
  layers: [
    { type: 'conv', filter: [3, 3], weightVariance: 2, biasVariance: 0 },
    { type: 'activation', activation: 'relu' },
    { type: 'globalPool', kind: 'average' },
    { type: 'dense', width: 1, weightVariance: 1, biasVariance: 0 },
  ],
});

describe('saddle phase', () => {
  interface Phase {
    edge: { biasVariance: number; weightVariance: number | null }[];
    diagram: { phase: string[]; correlationDepth: (number | null)[]; weightVariances: number[] };
    fixedPoints: { points: { variance: number; stability: string; correlations: { correlation: number }[] }[] };
    recommended: { weightVariance: number; width: number; critical: boolean };
    files: string[];
  }

  it('draws the diagram of erf with its edge, the maps at a point, and recommends', async () => {
    const out = join(folder, 'phase');
    const { edge, diagram, fixedPoints, recommended, files } = await json<Phase>(['phase', 'erf', '--grid', '9x7', '--at', '2.25,0.09', '--depth', '20', '--out', out]);
    expect(edge[0]).toMatchObject({ biasVariance: 0, weightVariance: expect.closeTo(Math.PI / 4, 12) as number });
    expect(diagram.phase).toHaveLength(63);
    expect(new Set(diagram.phase)).toEqual(new Set(['ordered', 'chaotic']));
    // σ_w = 1.5, σ_b = 0.3: high-precision q* and c* of the reference set.
    expect(fixedPoints.points[0].variance).toBeCloseTo(1.2191689527616543, 10);
    expect(fixedPoints.points[0].correlations[0].correlation).toBeCloseTo(0.49706952261161547, 10);
    expect(recommended).toMatchObject({ weightVariance: expect.closeTo(Math.PI / 4, 12) as number, critical: true });
    expect(files.map((file) => file.slice(out.length + 1)).sort()).toEqual(['maps.svg', 'phase.json', 'phase.svg']);
    const svg = await readFile(join(out, 'phase.svg'), 'utf8');
    for (const text of ['ordered', 'chaotic', 'recommended']) expect(svg).toContain(`>${text}</text>`);
    expect((JSON.parse(await readFile(join(out, 'phase.json'), 'utf8')) as { command: string }).command).toBe('phase');
  });

  it('says in words that relu has a point for an edge', async () => {
    const { code, stdout } = await saddle(['phase', 'relu', '--grid', '5', '--depth', '10', '--at', '2,0', '--quiet']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/fixed points at σ_w² = 2, σ_b² = 0 \(every variance is fixed\)/);
    expect(stdout).toMatch(/for 10 hidden layers: σ_w² = 2, σ_b² = 0, width \d+/);
  });
});

describe('saddle spectrum', () => {
  it('on the sphere: arc-cosine eigenvalues with exact zeros', async () => {
    const out = join(folder, 'sphere');
    const { spectra, files } = await json<{ spectra: { kernel: string; eigenvalues: number[]; multiplicities: number[] }[]; files: string[] }>(['spectrum', '--dimension', '3', '--max-degree', '5', '--network', 'relu 1 w=2', '--out', out]);
    expect(spectra.map((s) => s.kernel)).toEqual(['nngp', 'ntk']);
    spectra[0].eigenvalues.forEach((v, l) => expect(v).toBeCloseTo([0.75, 1 / 3, 0.046875, 0, 0.0013020833333333333, 0][l], 13));
    expect(spectra[1].eigenvalues[3]).toBe(0);
    expect(spectra[0].multiplicities).toEqual([1, 3, 5, 7, 9, 11]);
    expect(files.map((file) => file.slice(out.length + 1)).sort()).toEqual(['kernel.svg', 'spectrum.json', 'spectrum.svg']);
  });

  it('on data: eigenvalues sum to the trace, tails have intervals, figures are written', async () => {
    const out = join(folder, 'spectrum');
    // Columns of variance k^{−1.5}: λ_k ~ k^{−1.5}, a = ½, and a target of power k^{−1.4} in them.
    const stream = randomStream(2, 'columns');
    const table = Array.from({ length: 300 }, () => {
      const z = Array.from({ length: 240 }, () => stream.normal());
      return [...z.map((v, k) => v * (k + 1) ** -0.75), z.reduce((sum, v, k) => sum + v * (k + 1) ** -0.7, 0)].join(',');
    });
    const data = ['--data', await write('columns.csv', `${Array.from({ length: 240 }, (_, k) => `x${k}`).join(',')},y\n${table.join('\n')}\n`), '--target', 'y'];
    const { spectra, files, samples } = await json<{ samples: number; spectra: { eigenvalues: number[]; trace: number; cumulativePower: number[]; eigenvalueTail: { exponent: number; interval: [number, number] } }[]; files: string[] }>([
      'spectrum', ...data, '--network', 'identity 0', '--kernel', 'nngp', '--out', out,
    ]);
    expect(samples).toBe(300);
    const [{ eigenvalues, trace, cumulativePower, eigenvalueTail }] = spectra;
    expect(eigenvalues.reduce((s, v) => s + v, 0)).toBeCloseTo(trace, 9);
    expect(cumulativePower.at(-1)).toBeCloseTo(1, 9);
    expect(eigenvalueTail.interval[0]).toBeLessThan(eigenvalueTail.exponent);
    // Within what 300 samples bend it.
    expect(eigenvalueTail.exponent).toBeGreaterThan(0.3);
    expect(eigenvalueTail.exponent).toBeLessThan(0.8);
    expect(files.some((file) => file.endsWith('spectrum-nngp.svg'))).toBe(true);
    const few = await json<{ spectra: { eigenvalues: number[]; tailTrace: number }[] }>(['spectrum', ...data, '--network', 'identity 0', '--kernel', 'nngp', '--modes', '10']);
    few.spectra[0].eigenvalues.forEach((v, k) => expect(v / eigenvalues[k]).toBeCloseTo(1, 7));
    expect(few.spectra[0].tailTrace).toBeCloseTo(trace - few.spectra[0].eigenvalues.reduce((s, v) => s + v, 0), 9);
  });
});

describe('saddle kernel', () => {
  it('streams the same numbers as it computes whole, and draws them', async () => {
    const data = JSON.stringify({ type: 'sphere', dimension: 6, coefficients: [0, 1] });
    const [whole, stream, figure] = ['whole.npy', 'stream.npy', 'kernel.svg'].map((name) => join(folder, name));
    await json(['kernel', '--data', data, '--samples', '70', '--network', 'relu 2 w=2', '--kernel', 'ntk', '--out', whole]);
    const { kernels } = await json<{ kernels: { meanDiagonal: number; largestEigenvalue: number | null }[] }>(['kernel', '--data', data, '--samples', '70', '--network', 'relu 2 w=2', '--kernel', 'ntk', '--out', stream, '--stream', '--figure', figure]);
    // Θ(x, x) = (L + 1)K(x, x) = 6 on the sphere.
    expect(kernels[0]).toMatchObject({ meanDiagonal: expect.closeTo(6, 12) as number, largestEigenvalue: null });
    const [a, b] = [parseNpy(await readFile(whole)), parseNpy(await readFile(stream))];
    expect(b.shape).toEqual([70, 70]);
    Array.from(b.data).forEach((v, i) => expect(v).toBeCloseTo(Number(a.data[i]), 12));
    expect(await readFile(figure, 'utf8')).toMatch(/^<svg/);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('takes networks of convolutions from a file', async () => {
    const network = await write('cnn.json', JSON.stringify(cnn([3, 3])));
    const data = await write('images.npy', encodeNpy(matrix(4, 9, randomStream(3).normals(36))));
    const targets = await write('labels.npy', encodeNpy(matrix(4, 1, [1, -1, 1, -1])));
    const { kernels } = await json<{ kernels: { kernel: string; meanDiagonal: number }[] }>(['kernel', '--data', data, '--targets', targets, '--network', network]);
    expect(kernels.map((k) => k.kernel)).toEqual(['nngp', 'ntk']);
    expect(kernels[0].meanDiagonal).toBeGreaterThan(0);
  });

  it('explains what it would do, without doing it', async () => {
    const data = JSON.stringify({ type: 'sphere', dimension: 6, coefficients: [0, 1] });
    const { explanation } = await json<{ explanation: { diagonalOnly: boolean; steps: { layer: string }[]; run: { pairs: number } } }>(['kernel', '--data', data, '--network', 'relu 2 w=2', '--samples', '100000', '--explain']);
    expect(explanation.diagonalOnly).toBe(true);
    expect(explanation.steps.some((step) => step.layer.startsWith('relu'))).toBe(true);
    expect(explanation.run.pairs).toBe((100_000 * 100_001) / 2);
    const { code, stdout } = await saddle(['kernel', '--data', data, '--network', 'relu 2 w=2', '--explain', '--quiet']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/relu/);
  });

  it('leaves nothing behind when a stream is interrupted', async () => {
    const out = join(folder, 'stopped.npy');
    let sent = false;
    const { code } = await saddle(['kernel', '--data', JSON.stringify({ type: 'sphere', dimension: 50, coefficients: [0, 1] }), '--samples', '6000', '--network', 'relu 3 w=2', '--out', out, '--stream'], {
      onStderr: (text, kill) => {
        if (sent || !text.includes('kernels')) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect(sent).toBe(true);
    expect(code).toBe(130);
    expect(existsSync(out)).toBe(false);
    expect((await readdir(folder)).filter((name) => name.includes('stopped'))).toEqual([]);
  });
});

describe('saddle gp', () => {
  interface Gp {
    ridge: number;
    network: string;
    logMarginalLikelihood: number;
    evidence?: { status: string; trace: { value: number }[] };
    test: { meanSquaredError: number; explained: number };
    leaveOneOut: { meanSquaredError: number };
    intervals: { calibration: { level: number; coverage: number; standardError: number }[] };
    predictions: { actual: number[]; mean: number[]; lower: number[]; upper: number[] };
    files: string[];
  }

  /** y = 10 + 5 sin 2x + noise of deviation ½. */
  const wave = async (count: number): Promise<string> => {
    const stream = randomStream(7, 'wave');
    const rows = Array.from({ length: count }, () => {
      const x = 6 * stream.uniform() - 3;
      return `${x},${10 + 5 * Math.sin(2 * x) + 0.5 * stream.normal()}`;
    });
    return write(`wave-${count}.csv`, `x,y\n${rows.join('\n')}\n`);
  };

  it('is the textbook on a linear kernel: evidence, mean and interval by hand', async () => {
    // Two samples and one test point of one input, K = x·x′: with ridge 1, (K+1)⁻¹ by Cramer's rule. Samples are shuffled by the seed; the data are alike.
    const data = await write('line.csv', 'x,y\n1,2\n1,2\n1,2\n');
    const result = await json<Gp>(['gp', '--data', data, '--target', 'y', '--samples', '2', '--test', '1', '--network', 'identity 0', '--ridge', '1']);
    // (K+1) = [[2,1],[1,2]], det 3, α = 2/3 each: mean 4/3, var 1 − 2/3, log p = −½·(8/3) − ½ ln 3 − ln 2π.
    expect(result.predictions.mean[0]).toBeCloseTo(4 / 3, 12);
    expect(result.predictions.upper[0] - result.predictions.mean[0]).toBeCloseTo(1.959963984540054 * Math.sqrt(1 / 3 + 1), 10);
    expect(result.logMarginalLikelihood).toBeCloseTo(-4 / 3 - 0.5 * Math.log(3) - Math.log(2 * Math.PI), 12);
    // Left out, each sample is predicted as (2·1)/(1+1) = 1 by the other.
    expect(result.leaveOneOut.meanSquaredError).toBeCloseTo(1, 12);
  });

  it('learns a wave: evidence rises, noise is found, intervals hold, figures are drawn', async () => {
    const out = join(folder, 'gp');
    const inputs = await write('new.npy', encodeNpy(matrix(2, 1, [0, Math.PI / 4])));
    const args = ['gp', '--data', await wave(160), '--target', 'y', '--network', 'erf 2 w=4 b=0.5', '--standardize', '--maximize', '--samples', '60', '--test', '100', '--out', out, '--predict', inputs];
    const { evidence, test, intervals, files, ridge } = await json<Gp>(args);
    expect(evidence?.status).toBe('converged');
    expect((evidence?.trace.at(-1)?.value ?? NaN) - (evidence?.trace[0].value ?? NaN)).toBeGreaterThan(5);
    // Noise variance ¼ over the variance of the targets, 12.5 + ¼: 0.02 within a factor set by 60 samples.
    expect(ridge).toBeGreaterThan(0.01);
    expect(ridge).toBeLessThan(0.04);
    expect(test.meanSquaredError).toBeLessThan(0.6);
    const at95 = intervals.calibration.find((c) => c.level === 0.95);
    expect(Math.abs((at95?.coverage ?? 0) - 0.95)).toBeLessThan(4 * (at95?.standardError ?? 0));
    expect(files.map((file) => file.slice(out.length + 1)).sort()).toEqual(['evidence.svg', 'gp.json', 'posterior.svg', 'predictions.npy', 'predictions.svg']);
    const predicted = parseNpy(await readFile(join(out, 'predictions.npy')));
    expect(predicted.shape).toEqual([2, 4]);
    expect(Math.abs(Number(predicted.data[0]) - 10)).toBeLessThan(1);
    expect(Math.abs(Number(predicted.data[4]) - 15)).toBeLessThan(1);
  });

  it('calibrates intervals on leave-one-out residuals when asked', async () => {
    const args = ['gp', '--data', await wave(200), '--target', 'y', '--network', 'erf 2 w=4 b=0.5', '--standardize', '--samples', '100', '--test', '100', '--ridge', '1'];
    const [gaussian, conformal] = [await json<Gp>(args), await json<Gp>([...args, '--intervals', 'conformal'])];
    const coverage = ({ intervals }: Gp): number => intervals.calibration.find((c) => c.level === 0.8)?.coverage ?? NaN;
    // A ridge fifty times the noise makes Gaussian intervals far too wide; conformal ones do not care.
    expect(coverage(gaussian)).toBeGreaterThan(0.95);
    expect(Math.abs(coverage(conformal) - 0.8)).toBeLessThan(0.17);
  });
});
