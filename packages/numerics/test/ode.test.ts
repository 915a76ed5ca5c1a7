import { describe, expect, it } from 'vitest';
import { integrateOde, linspace } from '@saddlepoint/numerics';
import { golden } from './support.js';

const lorenz = golden<{ times: number[]; states: number[][] }>('ode');

describe('integrateOde', () => {
  it('Lorenz against a 30-digit Taylor series', () => {
    const { states, status } = integrateOde(
      (_, u) => [10 * (u[1] - u[0]), u[0] * (28 - u[2]) - u[1], u[0] * u[1] - (8 / 3) * u[2]],
      [1, 1, 1],
      [0, ...lorenz.times],
      { relativeTolerance: 1e-12, absoluteTolerance: 1e-12 },
    );
    expect(status).toBe('converged');
    // Errors grow e^{0.9 t} and by the shear of the first loop: 1e-12 becomes about 1e-9 at t = 2.
    lorenz.states.forEach((expected, i) => expected.forEach((v, j) => expect(Math.abs(states[i + 1][j] - v)).toBeLessThan(1e-9)));
  });

  it('the Arenstorf orbit closes after its period', () => {
    const mu = 0.012277471;
    const nu = 1 - mu;
    const orbit = (_: number, [x, y, u, v]: Float64Array): number[] => {
      const a = ((x + mu) ** 2 + y * y) ** 1.5;
      const b = ((x - nu) ** 2 + y * y) ** 1.5;
      return [u, v, x + 2 * v - (nu * (x + mu)) / a - (mu * (x - nu)) / b, y - 2 * u - (nu * y) / a - (mu * y) / b];
    };
    // Period and start of Hairer, Nørsett & Wanner, II.0; close encounters amplify errors about 10⁶ times.
    const start = [0.994, 0, 0, -2.0015851063790824];
    const { states, status, steps } = integrateOde(orbit, start, [0, 17.065216560157964], { relativeTolerance: 1e-13, absoluteTolerance: 1e-14 });
    expect(status).toBe('converged');
    expect(Math.abs(states[1][0] - start[0])).toBeLessThan(1e-5);
    expect(Math.abs(states[1][1])).toBeLessThan(1e-5);
    expect(steps).toBeLessThan(6000);
  });

  it('dense output is as good as the tolerance between steps, forwards and backwards', () => {
    const times = linspace(0, 10, 301);
    for (const sign of [1, -1]) {
      const { states, steps } = integrateOde((_, y) => [y[1], -y[0]], [0, 1], times.map((t) => sign * t), { relativeTolerance: 1e-9, absoluteTolerance: 1e-9 });
      expect(steps).toBeLessThan(200); // fewer than the 301 times asked for
      times.forEach((t, i) => expect(Math.abs(states[i][0] - Math.sin(sign * t))).toBeLessThan(3e-8));
    }
  });

  it('the error follows the tolerance', () => {
    const error = (tolerance: number): number => {
      const { states } = integrateOde((t, y) => [y[0] * Math.cos(t)], [1], [0, 5], { relativeTolerance: tolerance, absoluteTolerance: tolerance });
      return Math.abs(states[1][0] - Math.exp(Math.sin(5)));
    };
    const errors = [1e-4, 1e-6, 1e-8, 1e-10].map(error);
    errors.forEach((e, i) => expect(e).toBeLessThan(20 * 10 ** (-4 - 2 * i)));
    expect(errors[3]).toBeLessThan(errors[0] / 1e4);
  });

  it('keeps repeated times, reports blow-up and bad input', () => {
    expect(integrateOde((_, y) => [y[0]], [1], [0, 0, 1, 1]).states).toHaveLength(4);
    expect(integrateOde(() => [], [], [0, 1]).states).toHaveLength(2);
    // y' = y² from 1 blows up at t = 1: the step collapses or overflows there and the times reached are returned.
    const blowup = integrateOde((_, y) => [y[0] ** 2], [1], [0, 0.5, 2], { maxSteps: 5000 });
    expect(['stalled', 'diverged', 'max-iterations']).toContain(blowup.status);
    expect(blowup.times).toHaveLength(2);
    expect(integrateOde(() => [NaN], [1], [0, 1]).status).toBe('diverged');
    expect(() => integrateOde(() => [1], [1], [0, 2, 1])).toThrow(/monotone/);
    expect(() => integrateOde(() => [1, 2], [1], [0, 2])).toThrow(/length 1/);
  });
});
