import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadGolden } from '@saddlepoint/testing';
import { activations, diagonalDifference, diagonalMoments, diagonalSlopes, dualDefect, resolveActivation, sineNorm, type Activation } from '../src/index.js';

type Row = [q1: number, q2: number, c: number, s: number, ...values: (number | null)[]];
const golden = loadGolden<{ fields: string[]; activations: Record<string, Row[]> }>(import.meta.url, 'dual-slopes.json');
const FIELDS = ['dual', 'dualDerivative', 'dualVarianceSlope', 'dualDerivativeVarianceSlope', 'dualSecondDerivative'] as const;
const records = Object.keys(golden.activations).map((name) => resolveActivation(name));

describe('duals given the sine norm, and their slopes', () => {
  it.each(Object.entries(golden.activations))('%s agrees with 200-digit differentiation of the textbook formulas', (name, rows) => {
    const activation = resolveActivation(name);
    for (const [q1, q2, c, s, ...values] of rows)
      FIELDS.forEach((field, index) => {
        const value = values[index];
        if (value === null) return;
        // Measured ≤ 8e-15; 3.4e-14 for ELU at variances of 1e-4 (∂/∂q1) and 2.6e-14 for He₇ between variances on both sides of 1, where its
        // terms alternate. Exact zeros come with rounding (floor).
        expect(activation[field]?.(q1, q2, c, s), `${field} at ${q1}, ${q2}, ${c}`).toBeRelativelyClose(value, 5e-14, { floor: 1e-12 });
      });
  });

  it.each(Object.entries(golden.activations))('%s: the defect keeps its digits from orthogonal to parallel inputs', (name, rows) => {
    const defect = dualDefect(resolveActivation(name));
    // Measured ≤ 3e-14 down to angles of 1e-10, at equal, nearly equal (to 1e-8) and different norms.
    for (const [q1, q2, c, s, ...values] of rows) expect(defect(q1, q2, c, s), `${q1}, ${q2}, ${c}`).toBeRelativelyClose(values[5] ?? NaN, 5e-14);
  });

  it('form defects by Price’s theorem where a record has no formula', () => {
    for (const name of ['erf', 'gelu', 'polynomial(0.5,1,-0.25,0.125)', 'sin(2,0.75,0.5)']) {
      const { dualDefect: _own, ...bare } = resolveActivation(name);
      const defect = dualDefect(bare);
      for (const [q1, q2, c, s, ...values] of golden.activations[name]) {
        if (c < 0) continue;
        // Measured ≤ 2.1e-14: the norm part is the mean of a square, the angular part an integral of positive values.
        expect(defect(q1, q2, c, s), `${name} at ${q1}, ${q2}, ${c}`).toBeRelativelyClose(values[5] ?? NaN, 1e-13);
      }
    }
    expect(() => dualDefect(activations.tanh)).toThrow('duals');
  });

  it('take a difference of norms that the doubles cannot hold', () => {
    // At s = 0 the defect of φ with E[φφ] = F is (q1−q2)²·D + O((q1−q2)³): 1e-20 apart it must be 1e-20 times what it is at 1e-10.
    for (const name of ['erf', 'gelu', 'sin', 'cos', 'exp', 'gaussian', 'hermite(3)', 'erf(1,1,0.5)', 'rbf(0.5)']) {
      const defect = dualDefect(resolveActivation(name));
      expect(defect(0.8, 0.8, 0.8, 0, 1e-20) * 1e20, name).toBeRelativelyClose(defect(0.8, 0.8, 0.8, 0, 1e-10), 1e-9);
      expect(defect(0.8, 0.8, 0.8, 0, 0), name).toBe(0);
    }
  });

  it('never turn to NaN, are symmetric, and have no negative defect, at zero, duplicates and antipodes too', () => {
    const variance = fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 50, noNaN: true }), fc.constantFrom(1, 1 + 2 ** -52));
    const rho = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(1, -1, 1 - 1e-15, 0));
    fc.assert(
      fc.property(variance, variance, rho, (q1, q2, r) => {
        const c = r * Math.sqrt(q1) * Math.sqrt(q2);
        const s = sineNorm(q1, q2, c);
        for (const activation of records) {
          for (const field of FIELDS) expect(activation[field]?.(q1, q2, c, s), `${activation.name}.${field}`).not.toBeNaN();
          const norms = diagonalMoments(activation, q1).value * diagonalMoments(activation, q2).value;
          const got = dualDefect(activation)(q1, q2, c, s);
          // A direct difference may round below zero by a few units of what it was formed from.
          expect(got, activation.name).toBeGreaterThanOrEqual(-1e-14 * norms);
          expect(got, activation.name).toBeRelativelyClose(dualDefect(activation)(q2, q1, c, s), 1e-9, { floor: 1e-13 * norms + 1e-300 });
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it("obey Euler's relation where φ is homogeneous: 2q1 ∂/∂q1 + c ∂/∂c multiplies E[φφ] by the degree", () => {
    for (const activation of records) {
      const { name, homogeneity, dual, dualDerivative, dualVarianceSlope } = activation;
      if (homogeneity === undefined || dualDerivative === undefined) continue;
      for (const [q1, q2, c] of [[0.7, 1.3, 0.5], [2, 0.1, -0.3], [1, 1, 0.999]]) {
        const euler = 2 * q1 * (dualVarianceSlope?.(q1, q2, c) ?? NaN) + c * dualDerivative(q1, q2, c);
        expect(euler, name).toBeRelativelyClose(homogeneity * (dual?.(q1, q2, c) ?? NaN), 1e-13);
      }
    }
  });
});

describe('moments on the diagonal', () => {
  const both = (activation: Activation, q: number, difference: number): [number, number] => {
    const { value, derivative } = diagonalDifference(activation, q, difference);
    return [value, derivative];
  };

  it('differ by what the slopes say, however small the difference', () => {
    for (const activation of [...records, activations.tanh, activations.silu]) {
      if (activation.derivative === null) continue;
      const { value, derivative } = diagonalSlopes(activation, 0.8);
      // Second order in the difference: 1e-12 relative at most here.
      const [dv, dd] = both(activation, 0.8, 1e-13);
      expect(dv, activation.name).toBeRelativelyClose(1e-13 * value, 1e-11, { floor: 1e-26 });
      expect(dd, activation.name).toBeRelativelyClose(1e-13 * derivative, 1e-11, { floor: 1e-26 });
    }
  });

  it('differ by the plain difference when it is large', () => {
    for (const activation of [...records, activations.softplus]) {
      if (activation.derivative === null) continue;
      for (const [q, difference] of [[0.8, 0.05], [1.5, -0.1], [1, 0.9]]) {
        const above = diagonalMoments(activation, q);
        const below = diagonalMoments(activation, q - difference);
        const [dv, dd] = both(activation, q, difference);
        // Direct subtraction of numbers of order E[φ²] is good to ε of that.
        expect(dv, activation.name).toBeRelativelyClose(above.value - below.value, 1e-12, { floor: 0.1 * Math.abs(above.value) });
        expect(dd, activation.name).toBeRelativelyClose(above.derivative - below.derivative, 1e-12, { floor: 0.1 * Math.abs(above.derivative) });
      }
    }
  });

  it('are the textbook ones', () => {
    expect(diagonalMoments(activations.relu, 3)).toEqual({ value: 1.5, derivative: 0.5 });
    expect(diagonalSlopes(activations.abs, 3)).toEqual({ value: 1, derivative: 0 });
    // d/dq e^{−q} sinh q = e^{−2q}, d/dq e^{−q} cosh q = −e^{−2q}
    expect(diagonalSlopes(activations.sin, 0.3).value).toBeRelativelyClose(Math.exp(-0.6), 1e-15);
    expect(diagonalSlopes(activations.sin, 0.3).derivative).toBeRelativelyClose(-Math.exp(-0.6), 1e-15);
    expect(diagonalSlopes(activations.tanh, 0).value).toBeRelativelyClose(1, 1e-13);
  });
});
