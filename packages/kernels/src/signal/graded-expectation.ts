import { gaussLegendre, normalPdf } from '@saddlepoint/numerics';
import { gaussianRange } from '../series/gaussian-rule.js';

const ORDER = 16;
let reference: { readonly nodes: Float64Array; readonly weights: Float64Array } | undefined;
const rule = () => (reference ??= gaussLegendre(ORDER));

/** Edges of panels from 0 to `end` > 0: 0.5 wide near 0, growing with the distance, never wider than ¾ of a standard deviation. */
function edgesTo(end: number, deviation: number, scale: number): number[] {
  const edges = [0];
  for (let x = 0; x < end; ) {
    x = Math.min(end, x + scale * Math.min(0.75 * deviation, Math.max(0.5, 0.35 * x)));
    edges.push(x);
  }
  return edges;
}

/** ∫ over both sides of 0 with panels split at `breakpoints`. */
function integrate(f: (x: number) => number, deviation: number, edges: readonly number[]): { sum: number; size: number } {
  const { nodes, weights } = rule();
  let sum = 0;
  let size = 0;
  for (let e = 0; e + 1 < edges.length; e++) {
    const half = 0.5 * (edges[e + 1] - edges[e]);
    const middle = edges[e] + half;
    for (let k = 0; k < ORDER; k++) {
      const x = middle + half * nodes[k];
      const density = normalPdf(x / deviation);
      if (density === 0) continue;
      const term = ((weights[k] * half) / deviation) * density * f(x);
      sum += term;
      size += Math.abs(term);
    }
  }
  return { sum, size };
}

/**
 * E[f(√q z)] for a function with structure on the scale of 1 about 0, at any q: panels grow geometrically away from 0, so that a variance of
 * 10¹² costs little more than one of 1. Refined until two refinements agree to 2·10⁻¹⁵ of E|f|, at most 7 times.
 */
export function gradedExpectation(f: (x: number) => number, q: number, breakpoints: readonly number[] = []): number {
  if (q === 0) return f(0);
  const deviation = Math.sqrt(q);
  const end = gaussianRange(f, q) * deviation;
  let previous = NaN;
  for (let scale = 1; scale >= 2 ** -7; scale /= 2) {
    const positive = edgesTo(end, deviation, scale);
    const splits = breakpoints.filter((x) => Math.abs(x) < end);
    const edges = [...new Set([...positive.map((x) => -x), ...positive, ...splits])].sort((a, b) => a - b);
    const { sum, size } = integrate(f, deviation, edges);
    const settled = Math.abs(sum - previous) <= 2e-15 * size || !Number.isFinite(sum);
    previous = sum;
    if (settled) break;
  }
  return previous;
}
