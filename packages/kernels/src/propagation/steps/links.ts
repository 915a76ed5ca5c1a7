import type { Sliding } from '../plan.js';

/** Consecutive outputs fed by consecutive inputs: output `to + k` takes input `from + k`, k < count. */
export interface Run {
  readonly to: number;
  readonly from: number;
  readonly count: number;
}

/** Which input each output takes through one tap of a window along one dimension; −1 where there is only padding. */
export function linksOf({ strides, before, circular, transposed }: Sliding, dimension: number, tap: number, inputs: number, outputs: number): Int32Array {
  const stride = strides[dimension];
  const shift = tap - before[dimension];
  const links = new Int32Array(outputs).fill(-1);
  const wrapped = (index: number, size: number): number => (circular ? ((index % size) + size) % size : index);
  if (transposed) {
    for (let i = 0; i < inputs; i++) {
      const o = wrapped(i * stride + shift, outputs);
      if (o >= 0 && o < outputs) links[o] = i;
    }
    return links;
  }
  for (let o = 0; o < outputs; o++) {
    const i = wrapped(o * stride + shift, inputs);
    if (i >= 0 && i < inputs) links[o] = i;
  }
  return links;
}

/** The links that are not padding, joined where both sides are consecutive. */
export function runsOf(links: Int32Array): Run[] {
  const runs: { to: number; from: number; count: number }[] = [];
  links.forEach((from, to) => {
    if (from < 0) return;
    const last = runs.at(-1);
    const follows = last?.to === to - (last?.count ?? 0) && last.from === from - last.count;
    if (last !== undefined && follows) last.count += 1;
    else runs.push({ to, from, count: 1 });
  });
  return runs;
}
