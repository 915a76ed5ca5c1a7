import { normalPdf } from '@saddlepoint/numerics';

/** Beyond it the normal density has lost 37 digits. */
const RANGE = 13;
/** Halvings of the step ½. */
const LEVELS = 5;

/** The nodes z > 0 that each halving adds, with the density there; level 0 holds all of step ½. */
let levels: readonly { readonly step: number; readonly nodes: Float64Array; readonly density: Float64Array }[] | undefined;

const tables = () =>
  (levels ??= Array.from({ length: LEVELS + 1 }, (_, level) => {
    const step = 0.5 / 2 ** level;
    const nodes = Float64Array.from({ length: level === 0 ? RANGE / step : RANGE / step / 2 }, (_unused, k) => (level === 0 ? k + 1 : 2 * k + 1) * step);
    return { step, nodes, density: nodes.map(normalPdf) };
  }));

/**
 * E[f(√q z)] of an analytic f by the trapezoidal rule, whose error falls as e^{−2πa/h}, a the distance in z from the real line to the nearest singularity
 * of f(√q z); nested halvings of the step h from ½ to 1/64 until two agree to 2·10⁻¹⁵ of E|f|. Null when they do not, or f grows too fast: then
 * another rule is wanted.
 */
export function trapezoidExpectation(f: (x: number) => number, q: number): number | null {
  const root = Math.sqrt(q);
  let sum = normalPdf(0) * f(0);
  let size = Math.abs(sum);
  let previous = NaN;
  for (const { step, nodes, density } of tables()) {
    for (let k = nodes.length - 1; k >= 0; k--) {
      const right = density[k] * f(root * nodes[k]);
      const left = density[k] * f(-root * nodes[k]);
      sum += right + left;
      size += Math.abs(right) + Math.abs(left);
      if (k === nodes.length - 1 && step === 0.5 && Math.abs(right) + Math.abs(left) > 1e-30 * (1 + size)) return null;
    }
    const value = sum * step;
    if (Math.abs(value - previous) <= 2e-15 * size * step) return value;
    previous = value;
  }
  return null;
}
