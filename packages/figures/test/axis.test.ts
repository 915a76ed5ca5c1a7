import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearAxis, linearTicks, logAxis, logTicks, sampleTicks } from '../src/axis.js';
import { logBinned } from '../src/spectrum.js';
import { textWidth } from '../src/text-width.js';

const positive = fc.double({ min: 1e-9, max: 1e9, noNaN: true });

describe('ticks', () => {
  it('takes powers of ten over many decades and 1-2-5 over few', () => {
    expect(logTicks(1e-4, 10)).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1, 10]);
    expect(logTicks(0.09, 1.1)).toEqual([0.1, 0.2, 0.5, 1]);
    expect(logTicks(0.31, 0.47)).toEqual([0.35, 0.4, 0.45]);
  });

  it('stays inside the axis, increases, and is never crowded', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 1e12, noNaN: true }), (lo, ratio) => {
        const ticks = logTicks(lo, lo * ratio);
        for (const t of ticks) expect(t >= lo * (1 - 1e-8) && t <= lo * ratio * (1 + 1e-8)).toBe(true);
        expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
        expect(ticks.length).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('rounds linear ticks', () => {
    expect(linearTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(-0.03, 0.42)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(linearTicks(3, 3)).toEqual([3]);
  });

  it('writes powers with superscripts and small ranges plainly', () => {
    expect(logAxis('λ', [1e-5, 1]).axis.labelExpr).toContain('"10⁻⁵"');
    expect(logAxis('E', [0.1, 1]).axis.labelExpr).toContain('"0.2"');
    expect(linearAxis('e', [-1, 1]).axis.labelExpr).toContain('"−1"');
  });

  it('thins sample sizes evenly', () => {
    expect(sampleTicks([1024, 16, 32, 64, 128, 256, 512])).toEqual([16, 32, 64, 128, 256, 512, 1024]);
    expect(sampleTicks(Array.from({ length: 100 }, (_, i) => i + 1)).length).toBeLessThanOrEqual(10);
    expect(sampleTicks([8])).toEqual([8]);
  });
});

describe('layout', () => {
  it('conserves the sum of a spectrum in its bins', () => {
    const values = Float64Array.from({ length: 37 }, (_, k) => 1 / (k + 1));
    const { k, mean } = logBinned(values, 9);
    expect(k.length).toBe(mean.length);
    expect(mean[0]).toBe(1);
    // the means decrease, as every value they average does
    expect([...mean].sort((a, b) => b - a)).toEqual(mean);
  });

  it('measures text as Helvetica does: m is four times i, digits are 0.556 em', () => {
    expect(textWidth('mmmm', 10) / textWidth('iiii', 10)).toBeCloseTo(833 / 222, 6);
    expect(textWidth('0', 1000) / 1.04).toBeCloseTo(556, 6);
  });
});
