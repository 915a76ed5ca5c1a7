import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { builtins, createLab, experimentJsonSchema, mnistOddEven, parseExperiment } from '@saddlepoint/lab';
import { nodePlugin } from '@saddlepoint/lab/node';
import { theoryOnly, tiny } from './fixtures.js';

const lab = createLab([builtins, nodePlugin]);

describe('parseExperiment', () => {
  it('fills defaults and resolves the network', () => {
    const { draws: _, kernels: __, ...written } = theoryOnly;
    const experiment = parseExperiment(written, lab);
    expect(experiment).toMatchObject({ version: 1, draws: 6, kernels: ['ntk'], dataset: { type: 'sphere', labelNoise: 0.05 } });
    expect(experiment.network.layers).toHaveLength(3);
  });

  it('reads its own output back unchanged', () => {
    const once = parseExperiment(mnistOddEven, lab);
    expect(parseExperiment(JSON.parse(JSON.stringify(once)), lab)).toEqual(once);
  });

  it.each<[string, object, RegExp]>([
    ['an unknown field', { sample: [1] }, /^experiment\.sample: expected no such field \(did you mean "samples"\?\), got \[1\]$/],
    ['an unknown field deep inside', { training: { widths: [{ width: 8, memberz: 2 }] } }, /^experiment\.training\.widths\[0\]\.memberz: .*did you mean "members"/],
    ['a missing field', { ridge: undefined }, /^experiment\.ridge: expected a number > 0, the ridge σ².*, got nothing$/],
    ['zero ridge', { ridge: 0 }, /^experiment\.ridge: expected a number > 0.*, got 0$/],
    ['a number as text', { ridge: '0.1' }, /^experiment\.ridge: expected a number > 0.*, got "0\.1"$/],
    ['no samples', { samples: [] }, /^experiment\.samples: expected a non-empty, increasing list.*, got \[\]$/],
    ['falling samples', { samples: [64, 32] }, /^experiment\.samples: expected a non-empty, increasing list/],
    ['more samples than the pool', { samples: [16, 1000] }, /^experiment\.samples\[1\]: expected at most the 320 samples of the pool \(raise experiment\.pool/],
    ['more trained samples than the pool', { training: { widths: [{ width: 8, samples: [999] }] } }, /^experiment\.training\.widths\[0\]\.samples\[0\]: expected at most/],
    ['an unknown kernel', { kernels: ['ntk', 'rbf'] }, /^experiment\.kernels\[1\]: expected "ntk" or "nngp", got "rbf"$/],
    ['a kernel twice', { kernels: ['ntk', 'ntk'] }, /^experiment\.kernels: expected each kernel once/],
    ['an unknown data set', { dataset: { type: 'mnits' } }, /^experiment\.dataset\.type: expected one of sphere, .*did you mean "mnist"\?\), got "mnits"$/],
    ['an unknown field of a data set', { dataset: { type: 'sphere', dimensions: 3, coefficients: [1] } }, /^experiment\.dataset\.dimension/],
    ['a wrong field of a data set', { dataset: { type: 'sphere', dimension: 1, coefficients: [1] } }, /^experiment\.dataset\.dimension: expected an integer ≥ 2/],
    ['an unknown activation', { network: 'erff 2' }, /^experiment\.network \(.*\): expected one of /],
    ['a bad network text', { network: 'erf' }, /^experiment\.network/],
    ['several outputs', { network: 'erf 1 out=3' }, /^experiment\.network: expected one output/],
    ['another parameterization', { network: 'erf 1 standard' }, /^experiment\.network: expected the ntk parameterization/],
    ['the NTK of a step', { network: 'sign 1' }, /^experiment\.kernels: expected no "ntk"/],
    ['an unknown activation of a section', { dynamics: { ...tiny.dynamics, activation: 'rlu' } }, /^experiment\.dynamics\.activation/],
    ['another version', { version: 2 }, /^experiment\.version: expected 1, the version/],
  ])('%s: one line naming the field, the fix and what came', (_, change, message) => {
    const run = () => parseExperiment(JSON.parse(JSON.stringify({ ...theoryOnly, ...change })), lab);
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) as string, message: expect.not.stringContaining('\n') as string }));
  });

  it('refuses what is not an object', () => {
    expect(() => parseExperiment(null, lab)).toThrow(/^experiment: /);
    expect(() => parseExperiment('mnist', lab)).toThrow(/^experiment: /);
  });
});

describe('experimentJsonSchema', () => {
  const validate = new Ajv2020({ strict: false }).compile(experimentJsonSchema(lab));

  it('accepts what the parser accepts, and refuses unknown fields there too', () => {
    for (const experiment of [mnistOddEven, tiny]) expect(validate(experiment), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...tiny, sample: 3 })).toBe(false);
    expect(validate({ ...tiny, dataset: { type: 'sphere', dimension: 3, coefficients: [1], more: 1 } })).toBe(false);
    expect(validate({ ...tiny, dataset: { type: 'nothing' } })).toBe(false);
  });
});
