import { gaussLegendre } from '@saddlepoint/numerics';

let rule: { readonly nodes: ArrayLike<number>; readonly weights: ArrayLike<number> } | undefined;

/** Ten-point Gauss–Legendre rule on [−1, 1], built at first use. */
const tenPoints = () => (rule ??= gaussLegendre(10));

/** ∫ f over [from, from + length] by the ten-point rule. */
export function integrateShort(f: (x: number) => number, from: number, length: number): number {
  const { nodes, weights } = tenPoints();
  const half = 0.5 * length;
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i] * f(from + half * (1 + nodes[i]));
  return half * sum;
}

/**
 * ½ ln(m11 m22) − ln m12 ≥ 0 for parallel inputs (ρ = 1) of variances q1, q2, the price of unequal norms, without cancellation:
 * with t = ln √q and ℓ(t, t′) = ln E[φ(e^t z)φ(e^{t′} z)] it is ½∬∂_t∂_{t′}ℓ over the square [t2, t1]².
 *
 * `difference` is q1 − q2; `mixed` is ∂_t∂_{t′}ℓ as a function of two variances, symmetric.
 */
export function logNormRatio(mixed: (q1: number, q2: number) => number, q1: number, q2: number, difference: number): number {
  const length = 0.5 * Math.log1p(Math.abs(difference) / Math.min(q1, q2));
  if (length === 0) return 0;
  const { nodes, weights } = tenPoints();
  const middle = Math.sqrt(q1) * Math.sqrt(q2);
  const panels = Math.ceil(length / 0.6);
  const step = length / panels;
  const points: { q: number; weight: number }[] = [];
  for (let p = 0; p < panels; p++)
    for (let i = 0; i < nodes.length; i++) points.push({ q: middle * Math.exp(2 * (step * (p + 0.5 + 0.5 * nodes[i]) - 0.5 * length)), weight: 0.5 * step * weights[i] });
  let sum = 0;
  for (let i = 0; i < points.length; i++) {
    const { q, weight } = points[i];
    sum += 0.5 * weight * weight * mixed(q, q);
    for (let j = 0; j < i; j++) sum += weight * points[j].weight * mixed(q, points[j].q);
  }
  return sum;
}
