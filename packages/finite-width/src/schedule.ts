import type { RecordOptions } from './types.js';

/** Record steps: 0, the last, and `count` log-spaced ones between, or the explicit ones; ascending, without repetition. */
export function recordSchedule(last: number, { steps, count = 40 }: RecordOptions = {}): number[] {
  const wanted = new Set<number>([0, last]);
  if (steps !== undefined) steps.forEach((step) => wanted.add(step));
  else for (let k = 0; k < count; k++) wanted.add(Math.round(last ** (count === 1 ? 1 : k / (count - 1))));
  return [...wanted].filter((step) => step >= 0 && step <= last).sort((a, b) => a - b);
}
