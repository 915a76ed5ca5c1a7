import { learningCurveFigure } from '@saddlepoint/figures';
import { describe, expect, it } from 'vitest';
import { fieldNames, fields, initialExperiment, isNumberName, type Experiment } from '../src/state/fields.js';
import { formatDuration, formatNumber } from '../src/state/format.js';
import { formatHash, parseHash } from '../src/state/hash.js';
import { parseNumber, positionOf, valueAt } from '../src/state/value.js';
import { latestOnly } from '../src/theory/latest.js';
import { trainingSizes } from '../src/training/request.js';
import { partData } from '../src/ui/drawing.js';

describe('fields', () => {
  it('have ends that a slider reaches exactly and values that it keeps', () => {
    for (const name of fieldNames.filter(isNumberName)) {
      const field = fields[name];
      expect(valueAt(field, 0), name).toBe(field.min);
      expect(valueAt(field, field.steps), name).toBe(field.max);
      // Values are rounded to two digits: by less than half a step, else an arrow key would not get past them.
      for (let position = 1; position < field.steps; position++) expect(Math.round(positionOf(field, valueAt(field, position))), `${name} at ${position}`).toBe(position);
    }
  });

  it('read numbers as people type them and say what is wrong otherwise', () => {
    expect(parseNumber(fields.ridge, ' 0,5 ')).toEqual({ value: 0.5 });
    expect(parseNumber(fields.samples, '1 024')).toEqual({ value: 1024 });
    for (const text of ['', 'abc', '0', 'Infinity', '1e9']) expect(parseNumber(fields.ridge, text)).toHaveProperty('problem');
    expect(parseNumber(fields.samples, '12.5')).toEqual({ problem: 'training samples must be a whole number from 8 to 1 024; “12.5” is not.' });
  });
});

describe('the address', () => {
  it('holds the whole view', () => {
    const experiment: Experiment = { ...initialExperiment, data: 'sphere', activation: 'relu', ridge: 0.0023, samples: 77, richness: 0.4 };
    expect(parseHash(formatHash(experiment))).toEqual({ experiment, problems: [] });
    expect(parseHash('')).toEqual({ experiment: initialExperiment, problems: [] });
  });

  it('is forgiven what it has wrong, in words', () => {
    const { experiment, problems } = parseHash('#depth=9&data=cats&n=64&%%%');
    expect(experiment).toEqual({ ...initialExperiment, samples: 64 });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toBe('In the address, hidden layers must be a whole number from 1 to 5; “9” is not. 2 is used instead.');
  });
});

describe('numbers', () => {
  it('are written to three digits', () => {
    expect([0.12345, 1.2e-5, 12345, 1e6, 0, 1e-4, NaN].map((value) => formatNumber(value))).toEqual(['0.123', '1.2×10⁻⁵', '12 345', '10⁶', '0', '10⁻⁴', '–']);
    expect([0.2, 42.4, 1530].map(formatDuration)).toEqual(['1 ms', '42 ms', '1.5 s']);
  });
});

describe('the newest question', () => {
  it('is answered next, and those it overtook are not', async () => {
    const asked: number[] = [];
    const answered: number[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const ask = latestOnly(
      async (n: number) => {
        asked.push(n);
        await gate;
        if (n === 4) throw new Error('no');
        return n;
      },
      (outcome) => answered.push('reply' in outcome ? outcome.reply : -1),
    );
    for (const n of [1, 2, 3, 4]) ask(n);
    open();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toEqual([1, 4]);
    expect(answered).toEqual([1, -1]);
  });
});

describe('training sizes', () => {
  it('end at the chosen n, at most half the pool', () => {
    expect(trainingSizes(256)).toEqual([16, 40, 102, 256]);
    expect(trainingSizes(1024).at(-1)).toBe(512);
    expect(trainingSizes(8)).toEqual([8]);
  });
});

describe('figures', () => {
  it('that differ in numbers only share a skeleton', () => {
    const spec = (y: number[]) => learningCurveFigure({ curves: [{ name: 'theory', x: [1, 2], y }], domain: { error: [0.1, 1] } });
    const [one, other] = [partData(spec([0.5, 0.4])), partData(spec([0.6, 0.2]))];
    expect(one.skeleton).toEqual(other.skeleton);
    expect([...one.data.values()]).not.toEqual([...other.data.values()]);
    expect(JSON.stringify(one.skeleton)).not.toContain('values":[{');
  });
});
