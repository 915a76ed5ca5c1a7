import { describe, expect, it } from 'vitest';
import { worstRelativeError } from '../src/index.js';

describe('toBeRelativelyClose', () => {
  it('compares numbers and arrays relative to the expected value', () => {
    expect(1 + 1e-13).toBeRelativelyClose(1, 1e-12);
    expect(1 + 1e-11).not.toBeRelativelyClose(1, 1e-12);
    expect(new Float64Array([1, 2e-20])).toBeRelativelyClose([1, 2e-20], 0);
    expect([1, 2]).not.toBeRelativelyClose([1, 2, 3], 1);
  });

  it('meets an expected zero exactly unless a floor is given', () => {
    expect(1e-300).not.toBeRelativelyClose(0, 1);
    expect(1e-13).toBeRelativelyClose(0, 1e-12, { floor: 1 });
    expect(-0).toBeRelativelyClose(0, 0);
  });

  it('never lets NaN or infinity pass for a number', () => {
    expect(NaN).not.toBeRelativelyClose(1, Infinity);
    expect(Infinity).not.toBeRelativelyClose(1, 1e300);
    expect(() => expect('1').toBeRelativelyClose(1, 1)).toThrow('expected a number');
  });

  it('names the worst entry', () => {
    const { index, error } = worstRelativeError([1, 2.2, 3], [1, 2, 3]);
    expect(index).toBe(1);
    expect(error).toBeCloseTo(0.1, 12);
    expect(() => expect([1, 2.2]).toBeRelativelyClose([1, 2], 1e-3)).toThrow('at index 1');
  });
});

describe('toAgreeWithin', () => {
  it('counts standard errors', () => {
    expect(1.3).toAgreeWithin(1, 0.1);
    expect(1.5).not.toAgreeWithin(1, 0.1);
    expect(1.5).toAgreeWithin(1, 0.1, 5.1);
    expect(NaN).not.toAgreeWithin(1, 0.1);
    expect(1).not.toAgreeWithin(1, 0);
  });
});
