import { expect, it } from 'vitest';
import fc from 'fast-check';
import { addDiagonal, fromRows, gram, identity, matrix, scaled } from '@saddlepoint/linalg';
import { kernelTargetAlignment, weightOverlap } from '@saddlepoint/adaptive';

const numbers = (length: number) => fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: length, maxLength: length });

it('is 1 for K ∝ yyᵀ, 1/√n for the identity, and 0 for a kernel that does not see y', () => {
  expect(kernelTargetAlignment(fromRows([[4, 2], [2, 1]]), [2, 1])).toBeCloseTo(1, 14);
  expect(kernelTargetAlignment(identity(16), new Float64Array(16).fill(3))).toBeCloseTo(0.25, 14);
  expect(kernelTargetAlignment(fromRows([[1, 1], [1, 1]]), [1, -1])).toBeCloseTo(0, 14);
});

it('lies in [0, 1] and ignores the scales of kernel and targets', () => {
  fc.assert(
    fc.property(numbers(12), numbers(4), fc.double({ min: 0.1, max: 10, noNaN: true }), (x, y, s) => {
      fc.pre(y.some((v) => Math.abs(v) > 1e-3));
      const K = addDiagonal(gram(matrix(4, 3, x)), 0.1);
      const a = kernelTargetAlignment(K, y);
      expect(a).toBeGreaterThanOrEqual(0);
      expect(a).toBeLessThanOrEqual(1 + 1e-12);
      expect(kernelTargetAlignment(scaled(K, s), y.map((v) => -s * v))).toBeCloseTo(a, 10);
    }),
  );
});

it('counts several outputs through YYᵀ', () => {
  const Y = fromRows([[1, 0], [0, 1]]);
  expect(kernelTargetAlignment(identity(2), Y)).toBeCloseTo(1, 14);
  expect(() => kernelTargetAlignment(identity(2), [0, 0])).toThrow(/vanish/);
});

it('splits a weight covariance into along and across a direction', () => {
  const { parallel, orthogonal } = weightOverlap(fromRows([[2, 1, 0], [1, 2, 0], [0, 0, 5]]), [1, 1, 0]);
  expect(parallel).toBeCloseTo(3, 14);
  expect(orthogonal).toBeCloseTo(3, 14); // (9 − 3)/2
});
