import { gaussLegendre, normalPdf } from '@saddlepoint/numerics';

/** A quadrature for ∫f(z) e^{−z²/2}dz/√(2π): Σ weights·f(nodes). */
export interface GaussianRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** Nodes per panel. */
const ORDER = 16;

let reference: { readonly nodes: ArrayLike<number>; readonly weights: ArrayLike<number> } | undefined;

/** Gauss–Legendre on [−1, 1], built at first use. */
const panelRule = () => (reference ??= gaussLegendre(ORDER));

/**
 * Composite Gauss–Legendre rule for N(0, 1) on [−range, range], in panels no wider than `panelWidth`, split at `splits` (in units
 * of z) so that jumps and kinks fall between panels. With `half`, only z > 0 with doubled weights, for even integrands.
 */
export function gaussianRule(range: number, panelWidth: number, splits: readonly number[] = [], half = false): GaussianRule {
  const start = half ? 0 : -range;
  const inner = splits.map((z) => (half ? Math.abs(z) : z)).filter((z) => z > start && z < range);
  const edges = [start, ...new Set(inner.sort((a, b) => a - b)), range];
  const { nodes: x, weights: w } = panelRule();
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let e = 0; e + 1 < edges.length; e++) {
    const panels = Math.max(1, Math.ceil((edges[e + 1] - edges[e]) / panelWidth));
    const width = (edges[e + 1] - edges[e]) / panels;
    for (let p = 0; p < panels; p++) {
      const middle = edges[e] + (p + 0.5) * width;
      for (let k = 0; k < ORDER; k++) {
        const z = middle + 0.5 * width * x[k];
        nodes.push(z);
        weights.push((half ? 2 : 1) * 0.5 * width * w[k] * normalPdf(z));
      }
    }
  }
  return { nodes: Float64Array.from(nodes), weights: Float64Array.from(weights) };
}

/**
 * How far out |z| must reach so that f(√q z)·h_k(z), h_k any normalised Hermite polynomial, has lost 18 digits: |h_k|e^{−z²/4} is
 * bounded, so the size of |f(√q z)|e^{−z²/4} decides. Between 13 and 37, beyond which the density underflows.
 */
export function gaussianRange(f: (x: number) => number, q: number): number {
  const root = Math.sqrt(q);
  const size = (z: number): number => Math.max(Math.abs(f(root * z)), Math.abs(f(-root * z))) * Math.exp(-0.25 * z * z);
  let largest = 0;
  for (let z = 0; z <= 13; z += 0.25) largest = Math.max(largest, size(z));
  let range = 13;
  while (range < 37 && size(range) > 1e-18 * largest) {
    largest = Math.max(largest, size(range));
    range += 1;
  }
  return range;
}
