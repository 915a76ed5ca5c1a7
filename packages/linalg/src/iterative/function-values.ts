import { SaddlepointRangeError } from '@saddlepoint/core';

/** f at unit·node for each node; throws where f is not finite. */
export function valuesAt(f: (eigenvalue: number) => number, nodes: Float64Array, unit: number): Float64Array {
  return nodes.map((node) => {
    const value = f(unit * node);
    if (!Number.isFinite(value))
      throw new SaddlepointRangeError('ERR_NOT_FINITE', {
        argument: `f(${unit * node})`,
        expected: 'a finite number on the whole spectrum of A',
        got: String(value),
      });
    return value;
  });
}

/** Results of one method at growing subspaces, and how far apart they were. */
export interface History<T> {
  readonly entries: { readonly size: number; readonly value: T }[];
  readonly distance: (now: T, before: T) => number;
}

/** Subspaces are looked at whenever they have grown by a tenth, at least by 4. */
export const isCheckpoint = (size: number, last: number): boolean => size >= last + Math.max(4, Math.floor(last / 10));

/**
 * Estimates the error at `size` by the largest change since any look at sizes between 0.7 and 0.85 of it, which overestimates it wherever the method
 * is converging; infinite while there is no such look. Records the value.
 */
export function changeSince<T>({ entries, distance }: History<T>, size: number, value: T): number {
  let change = Infinity;
  for (const entry of entries) {
    if (entry.size < 0.7 * size || entry.size > Math.max(0.85 * size, size - 4)) continue;
    const apart = distance(value, entry.value);
    change = change === Infinity ? apart : Math.max(change, apart);
  }
  entries.push({ size, value });
  return change;
}
