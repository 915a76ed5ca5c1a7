import type { Estimate } from '../report/sections.js';

/** Mean and standard error of repetitions. */
export function estimate(values: ArrayLike<number>): Estimate {
  const count = values.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i] / count;
  let square = 0;
  for (let i = 0; i < count; i++) square += (values[i] - mean) ** 2;
  return { mean, standardError: count > 1 ? Math.sqrt(square / (count * (count - 1))) : 0, count };
}

/** Mean squared difference of two vectors. */
export function meanSquaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

/** Share of entries whose signs differ. */
export function signError(predicted: ArrayLike<number>, targets: ArrayLike<number>): number {
  let wrong = 0;
  for (let i = 0; i < targets.length; i++) if (predicted[i] * targets[i] <= 0) wrong++;
  return wrong / targets.length;
}

/** Euclidean norm of a − b. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(meanSquaredError(a, b) * a.length);
}
