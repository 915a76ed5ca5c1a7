import { SaddlepointRangeError, throwIfAborted, type Status } from '@saddlepoint/core';
import { ERROR, NODES, STAGES } from './tableau.js';

/** The right-hand side of y′ = f(t, y). The array `y` is valid during the call only. */
export type OdeField = (t: number, y: Float64Array) => ArrayLike<number>;

export interface MarchSettings {
  readonly relative: number;
  readonly absolute: number;
  readonly maxSteps: number;
  readonly maxStep: number;
  readonly firstStep: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An accepted step from `time` to `reached` = `time` + `width`; its arrays are reused by the next one. */
export interface AcceptedStep {
  readonly time: number;
  readonly reached: number;
  readonly width: number;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** The seven stage slopes; the last is f at `reached`. */
  readonly slopes: readonly Float64Array[];
}

/** out = y + h Σ_j c_j k_j. */
function combine(out: Float64Array, y: Float64Array, h: number, c: readonly number[], k: readonly Float64Array[]): void {
  out.set(y);
  for (let j = 0; j < c.length; j++) {
    const scale = h * c[j];
    const slope = k[j];
    if (scale !== 0) for (let i = 0; i < out.length; i++) out[i] += scale * slope[i];
  }
}

function errorNorm(error: Float64Array, a: Float64Array, b: Float64Array, { relative, absolute }: MarchSettings): number {
  let sum = 0;
  for (let i = 0; i < error.length; i++) sum += (error[i] / (absolute + relative * Math.max(Math.abs(a[i]), Math.abs(b[i])))) ** 2;
  return error.length === 0 ? 0 : Math.sqrt(sum / error.length);
}

/** Hairer's starting step, from the sizes of y, y′ and an estimate of y″. */
function startingStep(f: OdeField, t: number, y: Float64Array, slope: Float64Array, span: number, settings: MarchSettings): number {
  const d0 = errorNorm(y, y, y, settings);
  const d1 = errorNorm(slope, y, y, settings);
  const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, Math.abs(span));
  const h = Math.sign(span) * h0;
  const trial = new Float64Array(y.length);
  combine(trial, y, h, [1], [slope]);
  const k1 = f(t + h, trial);
  const d2 = errorNorm(slope.map((v, i) => k1[i] - v), y, y, settings) / h0;
  const h1 = Math.max(d1, d2) <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / Math.max(d1, d2)) ** 0.2;
  const step = Math.min(100 * h0, h1, Math.abs(span));
  return Math.sign(span) * (Number.isFinite(step) ? step : h0);
}

/** Dormand–Prince steps with PI control from `start` to `end` ≠ `start`, shown to `visit` until it returns false. */
export function march(
  f: OdeField,
  y0: Float64Array,
  [start, end]: readonly [number, number],
  settings: MarchSettings,
  visit: (step: AcceptedStep) => boolean,
): { status: Status; steps: number; rejected: number } {
  const n = y0.length;
  const array = (): Float64Array => new Float64Array(n);
  const slopes = Array.from({ length: 7 }, array);
  const error = array();
  const zero = array();
  const stage = array();
  let from: Float64Array = Float64Array.from(y0);
  let to = array();
  let steps = 0;
  let rejected = 0;
  const result = (status: Status): { status: Status; steps: number; rejected: number } => ({ status, steps, rejected });
  const first = f(start, from);
  if (first.length !== n) throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'f', expected: `output of length ${n}`, got: `${first.length}` });
  slopes[0].set(first);
  if (!slopes[0].every(Number.isFinite)) return result('diverged');
  const direction = Math.sign(end - start);
  let time = start;
  let h = settings.firstStep ? direction * Math.abs(settings.firstStep) : startingStep(f, time, from, slopes[0], end - time, settings);
  let lastError = 1e-4;
  while (steps + rejected < settings.maxSteps) {
    throwIfAborted(settings.signal);
    if (Math.abs(h) > settings.maxStep) h = direction * settings.maxStep;
    const final = (time + 1.01 * h - end) * direction >= 0 && Math.abs(end - time) <= settings.maxStep * 1.01;
    if (final) h = end - time;
    for (let s = 1; s < 7; s++) {
      const target = s === 6 ? to : stage;
      combine(target, from, h, STAGES[s - 1], slopes);
      slopes[s].set(f(time + NODES[s] * h, target));
    }
    combine(error, zero, h, ERROR, slopes);
    const size = errorNorm(error, from, to, settings);
    if (size <= 1) {
      steps++;
      const reached = final ? end : time + h;
      if (!visit({ time, reached, width: h, from, to, slopes }) || final) return result('converged');
      time = reached;
      [from, to] = [to, from];
      [slopes[0], slopes[6]] = [slopes[6], slopes[0]];
      // PI control (Hairer's β = 0.04).
      const growth = 0.9 * size ** -0.17 * lastError ** 0.04;
      h *= Math.min(10, Math.max(0.2, Number.isFinite(growth) ? growth : 10));
      lastError = Math.max(size, 1e-4);
    } else {
      rejected++;
      h *= Number.isFinite(size) ? Math.max(0.1, 0.9 * size ** -0.2) : 0.1;
      const finite = Number.isFinite(size);
      if (Math.abs(h) <= 4 * Number.EPSILON * Math.max(Math.abs(time), Number.MIN_VALUE)) return result(finite ? 'stalled' : 'diverged');
      if (Math.abs(h) < 1e-300) return result('diverged');
    }
  }
  return result('max-iterations');
}
