import { describe, expect, it } from 'vitest';
import { integrateOde, linspace, stateAt, type OdeEvent, type OdeField } from '@saddlepoint/numerics';
import { relative } from './support.js';

const oscillator: OdeField = (_, y) => [y[1], -y[0]];
const tight = { relativeTolerance: 1e-12, absoluteTolerance: 1e-14 };

/** Kepler's problem with semi-major axis 1 (period 2π), from the pericentre. */
const kepler: OdeField = (_, [x, y, u, v]) => {
  const r3 = (x * x + y * y) ** 1.5;
  return [u, v, -x / r3, -y / r3];
};
const pericentre = (e: number): number[] => [1 - e, 0, 0, Math.sqrt((1 + e) / (1 - e))];

describe('dense output', () => {
  it('is the states asked for, at any time, forwards and backwards', () => {
    for (const end of [10, -10]) {
      const times = linspace(0, end, 57);
      const { dense, states } = integrateOde(oscillator, [0, 1], times, { dense: true, relativeTolerance: 1e-9, absoluteTolerance: 1e-9 });
      times.forEach((t, i) => stateAt(dense, t).forEach((v, j) => expect(Math.abs(v - states[i][j])).toBeLessThan(1e-15)));
      expect(dense.end).toBe(end);
      for (const t of linspace(0, end, 1000)) expect(Math.abs(stateAt(dense, t)[0] - Math.sin(t))).toBeLessThan(3e-8);
      expect(() => stateAt(dense, end * 1.01)).toThrow(/time/);
      expect(() => stateAt(dense, -end)).toThrow(/time/);
      expect(structuredClone(dense)).toEqual(dense);
    }
  });

  it('has order four within a step: halving it divides the error by 2⁵ locally, and the slope is continuous', () => {
    const error = (h: number): number => {
      const { dense } = integrateOde((t, y) => [y[0] * Math.cos(t)], [1], [0, h], { dense: true, firstStep: h, relativeTolerance: 1, absoluteTolerance: 1 });
      expect(dense.starts).toHaveLength(1);
      return Math.max(...Array.from(linspace(0, h, 41), (t) => Math.abs(stateAt(dense, t)[0] - Math.exp(Math.sin(t)))));
    };
    const orders = [0.4, 0.2, 0.1].map((h) => Math.log2(error(h) / error(h / 2)));
    // h⁵ within the step, with corrections of relative order h.
    orders.forEach((order) => expect(Math.abs(order - 5)).toBeLessThan(0.5));
    const { dense } = integrateOde(oscillator, [0, 1], [0, 10], { dense: true });
    for (const t of dense.starts.slice(1)) {
      const slope = (side: number): number => (stateAt(dense, t + side * 2e-4)[0] - stateAt(dense, t + side * 1e-4)[0]) / (side * 1e-4);
      expect(Math.abs(slope(1) - slope(-1))).toBeLessThan(4e-4);
    }
  });
});

describe('events', () => {
  it('the oscillator crosses zero at multiples of π, alternately falling and rising, forwards and backwards', () => {
    for (const sign of [1, -1]) {
      const zeros = (direction: 1 | -1 | 0): number[] =>
        integrateOde(oscillator, [0, 1], [0, sign * 20], { ...tight, events: [{ value: (_, y) => y[0], direction }] }).events.map(({ time }) => time);
      // Global error about 10³ tolerances after 20 units of time, velocity 1 at the crossings. The zero at the start is not counted.
      const close = (times: number[], expected: number[]): void => {
        expect(times).toHaveLength(expected.length);
        times.forEach((t, i) => expect(Math.abs(t - sign * expected[i] * Math.PI)).toBeLessThan(1e-10));
      };
      close(zeros(0), [1, 2, 3, 4, 5, 6]);
      // Along the integration sin(|t|)·sign: downwards at odd multiples when going forwards, upwards when going backwards.
      close(zeros(sign === 1 ? -1 : 1), [1, 3, 5]);
      close(zeros(sign === 1 ? 1 : -1), [2, 4, 6]);
    }
  });

  it('a bouncing ball: the n-th impact comes at the time of the geometric series', () => {
    const [g, restitution, height] = [9.81, 0.8, 2];
    const landing: OdeEvent = { value: (_, y) => y[0], direction: -1, terminal: true };
    let state = Float64Array.of(height, 0);
    let time = 0;
    const fall = Math.sqrt((2 * height) / g);
    for (let impact = 0; impact < 12; impact++) {
      const { events, ended, status } = integrateOde((_, [, v]) => [v, -g], state, [time, time + 10], { events: [landing] });
      expect([status, ended]).toEqual(['converged', 'event']);
      time = events[0].time;
      const exact = fall * (1 + (2 * restitution * (1 - restitution ** impact)) / (1 - restitution));
      // Parabolas are integrated exactly: rounding alone, over a flight's speed.
      expect(relative(time, exact)).toBeLessThan(1e-13);
      state = Float64Array.of(0, -restitution * events[0].state[1]);
    }
  });

  it('Kepler: pericentre and apocentre by r·v = 0, at multiples of half a period and the exact distances', () => {
    const e = 0.6;
    const apsis = (direction: 1 | -1): OdeEvent => ({ value: (_, [x, y, u, v]) => x * u + y * v, direction });
    const { events } = integrateOde(kepler, pericentre(e), [0, 4.1 * Math.PI], { ...tight, events: [apsis(-1), apsis(1)] });
    expect(events.map(({ event }) => event)).toEqual([0, 1, 0, 1]);
    events.forEach(({ time, state }, i) => {
      // The phase drifts by the error of the energy: some 10³ steps' tolerance.
      expect(Math.abs(time - (i + 1) * Math.PI)).toBeLessThan(1e-9);
      expect(Math.abs(Math.hypot(state[0], state[1]) - (i % 2 === 0 ? 1 + e : 1 - e))).toBeLessThan(1e-9);
    });
  });

  it('a terminal event ends everything: times, states, dense output and later events', () => {
    const events: OdeEvent[] = [
      { value: (_, y) => y[0] - 0.5, terminal: true },
      { value: (t) => t - 0.2 },
      { value: (t) => t - 0.9 },
    ];
    const { times, states, dense, events: hits, ended } = integrateOde(oscillator, [0, 1], [0, 0.25, 0.5, 1, 2], { dense: true, events, firstStep: 1 });
    expect(ended).toBe('event');
    expect(hits.map(({ event }) => event)).toEqual([1, 0]);
    expect(hits[1].time).toBeCloseTo(Math.PI / 6, 8);
    expect(Array.from(times)).toEqual([0, 0.25, 0.5]);
    expect(states).toHaveLength(3);
    expect(dense.end).toBe(hits[1].time);
    expect(stateAt(dense, dense.end)[0]).toBeCloseTo(0.5, 15);
  });

  it('sees both crossings of a short excursion inside one long step, as dense output in quarters allows', () => {
    const { events, steps } = integrateOde(() => [1], [0], [0, 1], { firstStep: 1, events: [{ value: (t) => (t - 0.3) * (t - 0.6) }] });
    expect(steps).toBe(1);
    expect(events.map(({ time }) => time)).toEqual([expect.closeTo(0.3, 14), expect.closeTo(0.6, 14)]);
  });

  it('honours maxStep, an aborted signal, and refuses events that are not numbers', () => {
    expect(integrateOde(() => [1], [0], [0, 1], { maxStep: 0.1 }).steps).toBeGreaterThanOrEqual(10);
    const controller = new AbortController();
    const stopping: OdeField = (t) => {
      if (t > 0.5) controller.abort();
      return [1];
    };
    expect(() => integrateOde(stopping, [0], [0, 1], { maxStep: 0.1, signal: controller.signal })).toThrow(/abort/i);
    expect(() => integrateOde(() => [1], [0], [0, 1], { events: [{ value: () => NaN }] })).toThrow(/events\[0\]/);
    expect(() => integrateOde(() => [1], [0], [0, 1, 0])).toThrow(/monotone/);
  });
});
