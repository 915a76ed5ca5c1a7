import { gaussLegendre } from '../quadrature/legendre.js';
import { normalCdf, normalPdf } from './normal.js';

let rule: { readonly nodes: ArrayLike<number>; readonly weights: ArrayLike<number> } | undefined;

/** Sixteen-point Gauss–Legendre over [a, b]; the rule is built at first use. */
function panel(f: (x: number) => number, a: number, b: number): number {
  const { nodes, weights } = (rule ??= gaussLegendre(16));
  const half = 0.5 * (b - a);
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i] * f(a + half * (1 + nodes[i]));
  return half * sum;
}

/**
 * ∫_a^b of a positive f that rises over a layer of the given width at 0: panels that double away from it, each halved until the halves agree with
 * the whole to 1e-9, when they themselves are good to rounding.
 */
function integratePositive(f: (x: number) => number, a: number, b: number, layer: number): number {
  const refine = (from: number, to: number, whole: number, depth: number): number => {
    const middle = 0.5 * (from + to);
    const left = panel(f, from, middle);
    const right = panel(f, middle, to);
    if (depth === 0 || Math.abs(left + right - whole) <= 1e-9 * (left + right) + 1e-300) return left + right;
    return refine(from, middle, left, depth - 1) + refine(middle, to, right, depth - 1);
  };
  let sum = 0;
  let from = a;
  // Below a fortieth of the layer f is e^{−800} of what it becomes.
  for (let edge = layer === 0 ? b : Math.max(2 * a, layer / 40, 1e-20); from < b; edge *= 2) {
    const to = Math.min(edge, b);
    sum += refine(from, to, panel(f, from, to), 40);
    from = to;
  }
  return sum;
}

/** Φ(h) − Φ(−k) for h + k ≥ 0. */
function difference(h: number, k: number): number {
  if (h + k < 0.5) return panel(normalPdf, -k, h);
  return h > 0 && k > 0 ? 1 - normalCdf(-h) - normalCdf(-k) : normalCdf(Math.min(h, k)) - normalCdf(-Math.max(h, k));
}

/**
 * The distribution function of two standard normals of correlation ρ, Φ₂(h, k; ρ) = P(X ≤ h, Y ≤ k), −1 ≤ ρ ≤ 1.
 *
 * By ∂Φ₂/∂ρ = the density at (h, k) (Plackett 1954), integrated over the angle from ρ = 0 for positive and from ρ = −1 for negative ρ: either way
 * every term is positive, so that small probabilities keep their digits too. Relative error below 1e-14 while the result is above 1e-30; further out the
 * rounding of an exponent E adds E·10⁻¹⁶. `sine` is √(1 − ρ²), for a caller who knows it better than ρ does. NaN for |ρ| > 1.
 *
 * @example
 * import { bivariateNormalCdf } from '@saddlepoint/numerics';
 * bivariateNormalCdf(0, 0, 0.5); // => 0.3333333333333333
 * bivariateNormalCdf(1, Infinity, 0.3); // => 0.8413447460685429
 */
export function bivariateNormalCdf(h: number, k: number, rho: number, sine: number = Math.sqrt((1 - rho) * (1 + rho))): number {
  if (!(Math.abs(rho) <= 1) || Number.isNaN(h) || Number.isNaN(k)) return NaN;
  if (h === -Infinity || k === -Infinity) return 0;
  if (h === Infinity) return normalCdf(k);
  if (k === Infinity) return normalCdf(h);
  /** 2π times the density at correlation −cos φ times its sine, of (h, ∓k). */
  const density = (y: number) => (angle: number): number => {
    const s = Math.sin(angle);
    const far = (h + y) / s;
    return Math.exp((h * y) / (1 + Math.cos(angle)) - 0.5 * far * far);
  };
  const angle = Math.atan2(sine, Math.abs(rho));
  if (rho >= 0) {
    const independent = normalCdf(h) * normalCdf(k);
    return rho === 0 ? independent : independent + integratePositive(density(-k), angle, Math.PI / 2, Math.abs(h - k)) / (2 * Math.PI);
  }
  const opposite = h + k > 0 ? difference(h, k) : 0;
  return angle === 0 ? opposite : opposite + integratePositive(density(k), 0, angle, Math.abs(h + k)) / (2 * Math.PI);
}
