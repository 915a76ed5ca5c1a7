import { gaussLegendre, normalPdf } from '@saddlepoint/numerics';

/** Beyond this many standard deviations the density is below 1e-37. */
const RANGE = 13;

let rule: { readonly nodes: ArrayLike<number>; readonly weights: ArrayLike<number> } | undefined;

/** E[f(z)], z ~ N(0, 1), by 16-point Gauss–Legendre on panels of width ½ between the splits. */
export function gaussianMean(f: (z: number) => number, splits: readonly number[]): number {
  const { nodes, weights } = (rule ??= gaussLegendre(16));
  const edges = [-RANGE, ...new Set(splits.filter((z) => Math.abs(z) < RANGE).sort((a, b) => a - b)), RANGE];
  let sum = 0;
  for (let e = 0; e + 1 < edges.length; e++) {
    const panels = Math.ceil((edges[e + 1] - edges[e]) / 0.5);
    const half = (0.5 * (edges[e + 1] - edges[e])) / panels;
    for (let p = 0; p < panels; p++)
      for (let i = 0; i < nodes.length; i++) {
        const z = edges[e] + half * (2 * p + 1 + nodes[i]);
        sum += half * weights[i] * normalPdf(z) * f(z);
      }
  }
  return sum;
}
