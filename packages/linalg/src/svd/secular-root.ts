/** The secular equation 1/ρ + Σᵢ zᵢ²/(dᵢ − λ) = 0 of a rank-one update: poles ascending and distinct, ‖z‖ = 1, ρ > 0. */
export interface SecularEquation {
  readonly size: number;
  readonly rho: number;
  readonly d: Float64Array;
  readonly z: Float64Array;
  /** Fills and returns [ψ, ψ′, φ, φ′] at λ = origin + mu: sums over poles before and from `split`. */
  readonly sums: (split: number, origin: number, mu: number) => Float64Array;
}

/** λ = d[origin] + mu: kept apart, so that dᵢ − λ keeps its relative accuracy. */
export interface SecularRoot {
  origin: number;
  mu: number;
}

/** The root of c·x² − a·x + b that lies strictly within (lo, hi), the smaller in size if both do, else NaN. */
function quadraticRoot(a: number, b: number, c: number, lo: number, hi: number): number {
  const q = (a + (a >= 0 ? 1 : -1) * Math.sqrt(Math.max(0, a * a - 4 * b * c))) / 2;
  const first = b / q;
  const second = q / c;
  const firstInside = first > lo && first < hi;
  const secondInside = second > lo && second < hi;
  if (firstInside && secondInside) return Math.abs(first) <= Math.abs(second) ? first : second;
  return firstInside ? first : secondInside ? second : NaN;
}

/** A point within (lo, hi), halving the exponent rather than the interval where the ends differ by orders of magnitude. */
function halfway(lo: number, hi: number): number {
  if (lo >= 0) {
    const from = Math.max(lo, hi * 1e-12);
    return hi > 4 * from ? Math.sqrt(from * hi) : (lo + hi) / 2;
  }
  if (hi <= 0) return -halfway(-hi, -lo);
  return (lo + hi) / 2;
}

/**
 * Root j of the secular equation, between d[j] and d[j+1] (the last one: above d[size−1]).
 *
 * Rational interpolation with two poles: Li's middle way, fixed weights when that is slow (LAPACK Working Note 89), inside a bracket
 * that shrinks at every evaluation, with bisection as the last resort.
 */
export function secularRoot({ size, rho, d, z, sums }: SecularEquation, j: number): SecularRoot {
  if (size === 1) return { origin: 0, mu: rho * z[0] * z[0] };
  const last = j === size - 1;
  const left = last ? size - 2 : j;
  const right = left + 1;
  const gap = d[right] - d[left];
  const leftWeight = z[left] * z[left];
  const rightWeight = z[right] * z[right];
  let origin = last ? right : left;
  let lo = 0;
  let hi = last ? rho * (1 + 1e-15 * size) : gap;
  let mu = hi / 2;
  let [psi, dpsi, phi, dphi] = sums(right, d[origin], mu);
  let f = 1 / rho + psi + phi;
  // What the far poles add at the middle, then the exact root with the two near poles.
  const toLeft = last ? -gap - mu : -mu;
  const toRight = last ? -mu : gap - mu;
  const rest = f - leftWeight / toLeft - rightWeight / toRight;
  if (f > 0) hi = mu;
  else lo = mu;
  if (!last && f <= 0) {
    origin = right;
    lo = -gap / 2;
    hi = 0;
  }
  const deltaLeft = d[left] - d[origin];
  const deltaRight = d[right] - d[origin];
  const guess = quadraticRoot(
    rest * (deltaLeft + deltaRight) + leftWeight + rightWeight,
    rest * deltaLeft * deltaRight + leftWeight * deltaRight + rightWeight * deltaLeft,
    rest,
    lo,
    hi,
  );
  mu = Number.isNaN(guess) ? halfway(lo, hi) : guess;
  let previous = Infinity;
  let fixedWeight = false;
  for (let iteration = 0; iteration < 120; iteration++) {
    [psi, dpsi, phi, dphi] = sums(right, d[origin], mu);
    f = 1 / rho + psi + phi;
    const slope = dpsi + dphi;
    const size1 = 1 / rho + Math.abs(psi) + Math.abs(phi);
    const noise = Number.EPSILON * ((4 + Math.sqrt(size)) * size1 + Math.abs(mu) * slope);
    if (Math.abs(f) <= noise) break;
    if (f > 0) hi = mu;
    else lo = mu;
    if (hi - lo <= 2 * Number.EPSILON * Math.abs(mu)) break;
    const slow = Math.abs(f) > 0.1 * Math.abs(previous);
    if (slow) fixedWeight = !fixedWeight;
    let next = NaN;
    if (!(slow && iteration > 8 && iteration % 2 === 0)) {
      const a1 = deltaLeft - mu;
      const b1 = deltaRight - mu;
      let c = f - a1 * dpsi - b1 * dphi;
      if (fixedWeight) c = origin === left ? f - b1 * slope + gap * (leftWeight / a1 / a1) : f - a1 * slope - gap * (rightWeight / b1 / b1);
      next = mu + quadraticRoot((a1 + b1) * f - a1 * b1 * slope, a1 * b1 * f, c, lo - mu, hi - mu);
    }
    previous = f;
    if (next === mu) break;
    mu = next > lo && next < hi ? next : halfway(lo, hi);
  }
  return { origin, mu };
}
