import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRoot, fixedPoint, minimize, minimizeAsync } from '@saddlepoint/numerics';

describe('findRoot', () => {
  it('finds roots of rising and falling functions to full precision', () => {
    expect(findRoot((x) => x ** 3 - 2, [0, 2]).value).toBeCloseTo(Math.cbrt(2), 15);
    expect(findRoot((x) => 2 - x ** 3, [2, 0]).value).toBeCloseTo(Math.cbrt(2), 15);
    // Dottie number, a triple root's neighbour, and a root at an end.
    expect(findRoot((x) => Math.cos(x) - x, [0, 1]).value).toBeCloseTo(0.7390851332151607, 15);
    expect(findRoot((x) => x - 1, [1, 4])).toMatchObject({ value: 1, status: 'converged', residual: 0 });
    expect(findRoot((x) => x, [-1, 3])).toMatchObject({ value: 0, status: 'converged' });
  });

  it('brackets any power to a few ulp and reports iterations', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 9 }), (c, p) => {
        const { value, status } = findRoot((x) => x ** p - c, [0, c + 1]);
        return status === 'converged' && Math.abs(value - c ** (1 / p)) <= 4e-15 * value;
      }),
    );
  });

  it('spans many decades (κ from 1e-12 to 1e3) without losing relative accuracy', () => {
    const { value, status } = findRoot((x) => Math.log(x / 3.7e-12), [1e-300, 1e3]);
    expect(status).toBe('converged');
    expect(Math.abs(value / 3.7e-12 - 1)).toBeLessThan(1e-14);
  });

  it('refuses ends that do not bracket, and says when it stopped early or met NaN', () => {
    expect(() => findRoot((x) => x * x + 1, [-1, 1])).toThrow(/opposite signs/);
    expect(findRoot((x) => x ** 3 - 2, [0, 2], { maxIterations: 2 }).status).toBe('max-iterations');
    expect(findRoot((x) => (x === 0 || x === 1 ? x - 0.3 : NaN), [0, 1]).status).toBe('diverged');
    expect(findRoot((x) => x - Math.SQRT2, [0, 2], { tolerance: 1e-3 }).residual).toBeLessThan(1e-3);
  });
});

describe('fixedPoint', () => {
  it('plain and accelerated iteration agree on the fixed point; acceleration needs fewer steps', () => {
    // x = tanh(0.99 x) + b, contraction rate near 1.
    const map = (x: Float64Array): Float64Array => x.map((v, i) => 0.99 * Math.sin(v) + 0.01 * (i + 1));
    const start = new Float64Array([1, 1, 1]);
    const plain = fixedPoint(map, start, { anderson: 0, maxIterations: 5000, tolerance: 1e-12 });
    const fast = fixedPoint(map, start, { tolerance: 1e-12 });
    expect([plain.status, fast.status]).toEqual(['converged', 'converged']);
    fast.value.forEach((v, i) => {
      expect(v).toBeCloseTo(plain.value[i], 9);
      expect(Math.abs(0.99 * Math.sin(v) + 0.01 * (i + 1) - v)).toBeLessThan(3e-12);
    });
    expect(fast.iterations).toBeLessThan(plain.iterations / 2);
  });

  it('Anderson solves linear problems in dimension + a few steps, even where plain iteration diverges', () => {
    // x = Ax + b with eigenvalues −2, 0.5, 0.9: the exact solution is known.
    const a = [-2, 0.5, 0.9];
    const result = fixedPoint((x) => x.map((v, i) => a[i] * v + 1), [0, 0, 0], { tolerance: 1e-12, anderson: 3 });
    expect(result.status).toBe('converged');
    result.value.forEach((v, i) => expect(v).toBeCloseTo(1 / (1 - a[i]), 9));
    expect(result.iterations).toBeLessThan(12);
  });

  it('says so when it diverges, stalls or runs out', () => {
    expect(fixedPoint((x) => x.map((v) => 3 * v + 1), [1], { anderson: 0 }).status).toBe('diverged');
    expect(fixedPoint((x) => x.map((v) => Math.log(v - 10)), [1]).status).toBe('diverged');
    expect(fixedPoint((x) => x.map((v) => -v + 2), [0], { anderson: 0 }).status).toBe('stalled');
    expect(fixedPoint((x) => x.map((v) => 0.999 * v), [1], { anderson: 0, maxIterations: 5 }).status).toBe('max-iterations');
    expect(() => fixedPoint((x) => x.slice(1), [1, 2])).toThrow(/map/);
  });

  it('damping tames an oscillation', () => {
    const result = fixedPoint((x) => x.map((v) => -v + 2), [0], { anderson: 0, damping: 0.5 });
    expect(result).toMatchObject({ status: 'converged' });
    expect(result.value[0]).toBe(1);
  });
});

describe('minimize', () => {
  it('Rosenbrock in 2 and 40 dimensions', () => {
    const rosenbrock = (x: Float64Array): { value: number; gradient: Float64Array } => {
      const gradient = new Float64Array(x.length);
      let value = 0;
      for (let i = 0; i + 1 < x.length; i++) {
        const [u, v] = [x[i + 1] - x[i] ** 2, 1 - x[i]];
        value += 100 * u * u + v * v;
        gradient[i] -= 400 * x[i] * u + 2 * v;
        gradient[i + 1] += 200 * u;
      }
      return { value, gradient };
    };
    for (const n of [2, 40]) {
      const result = minimize(rosenbrock, Float64Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1.2)), { tolerance: 1e-9 });
      expect(result.status).toBe('converged');
      result.value.forEach((v) => expect(v).toBeCloseTo(1, 6));
    }
  });

  it('ill-conditioned quadratics: the exact minimiser', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 }), (centre) => {
        const scale = centre.map((_, i) => 10 ** (i % 4));
        const { value, status } = minimize(
          (x) => ({ value: x.reduce((s, v, i) => s + 0.5 * scale[i] * (v - centre[i]) ** 2, 0), gradient: x.map((v, i) => scale[i] * (v - centre[i])) }),
          new Float64Array(centre.length),
        );
        return status === 'converged' && value.every((v, i) => Math.abs(v - centre[i]) < 1e-7);
      }),
    );
  });

  it('steps back from points outside the domain', () => {
    // x − ln x has its minimum at 1 and is undefined for x ≤ 0.
    const { value, status, objective } = minimize((x) => ({ value: x[0] - Math.log(x[0]), gradient: [1 - 1 / x[0]] }), [30]);
    expect(status).toBe('converged');
    expect(value[0]).toBeCloseTo(1, 7);
    expect(objective).toBeCloseTo(1, 14);
  });

  it('reports a wrong gradient as stalled and a bad start as diverged', () => {
    expect(minimize((x) => ({ value: x[0] ** 2, gradient: [-2 * x[0]] }), [1]).status).toBe('stalled');
    expect(minimize((x) => ({ value: Math.log(x[0]), gradient: [1] }), [-1]).status).toBe('diverged');
    expect(minimize((x) => ({ value: x[0] ** 4, gradient: [4 * x[0] ** 3] }), [3], { maxIterations: 1 }).status).toBe('max-iterations');
  });

  it('waits for an asynchronous objective, visits the same points, and can be aborted', async () => {
    const valley = (x: Float64Array) => ({ value: Math.cosh(x[0] - 1) + x[1] ** 2 * (1 + x[0] ** 2), gradient: [Math.sinh(x[0] - 1) + 2 * x[0] * x[1] ** 2, 2 * x[1] * (1 + x[0] ** 2)] });
    const seen: number[] = [];
    const result = await minimizeAsync((x) => {
      seen.push(x[0]);
      return Promise.resolve(valley(x));
    }, [-1, 2]);
    const visited: number[] = [];
    expect(result).toEqual(minimize((x) => (visited.push(x[0]), valley(x)), [-1, 2]));
    expect(seen).toEqual(visited);
    const controller = new AbortController();
    const pending = minimizeAsync((x) => (controller.abort(), Promise.resolve(valley(x))), [-1, 2], { signal: controller.signal });
    await expect(pending).rejects.toThrow('aborted');
  });
});
