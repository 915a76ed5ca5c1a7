import { fields, poolSize } from '../state/fields.js';

/** Sizes that the curve is computed at: about evenly spaced in ln n, whole numbers, from the slider's least to the whole pool. */
export const curveSizes: readonly number[] = (() => {
  const { min } = fields.samples;
  const count = 22;
  return [...new Set(Array.from({ length: count }, (_, i) => Math.round(min * (poolSize / min) ** (i / (count - 1)))))];
})();
