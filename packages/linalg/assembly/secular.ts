import { splat, sum } from './simd';

// The secular equation 1/ρ + Σᵢ zᵢ²/(dᵢ − λ) = 0 of a rank-one update: poles ascending and distinct, ‖z‖ = 1, ρ > 0. A root is kept as
// λ = d[origin] + mu, so that dᵢ − λ keeps its relative accuracy.

// What `partial` returns, of this thread.
let value: f64 = 0;
let slope: f64 = 0;

// Σ z²/(d − origin − mu) and its derivative over i in [from, to).
function partial(from: i32, to: i32, d: usize, z: usize, origin: f64, mu: f64): void {
  const o = splat(origin);
  const m = splat(mu);
  let s0 = splat(0);
  let s1 = splat(0);
  let i = from;
  for (; i + 2 <= to; i += 2) {
    const zi = v128.load(z + (<usize>i << 3));
    const q = f64x2.div(zi, f64x2.sub(f64x2.sub(v128.load(d + (<usize>i << 3)), o), m));
    s0 = f64x2.add(s0, f64x2.mul(zi, q));
    s1 = f64x2.add(s1, f64x2.mul(q, q));
  }
  value = sum(s0);
  slope = sum(s1);
  if (i < to) {
    const zi = load<f64>(z + (<usize>i << 3));
    const q = zi / (load<f64>(d + (<usize>i << 3)) - origin - mu);
    value += zi * q;
    slope += q * q;
  }
}

// At λ = origin + mu, where d_split−1 < λ < d_split: out = [ψ, ψ′, φ, φ′], the secular sums over the poles left and right of λ.
export function secularSums(k: i32, split: i32, d: usize, z: usize, origin: f64, mu: f64, out: usize): void {
  partial(0, split, d, z, origin, mu);
  store<f64>(out, value);
  store<f64>(out, slope, 8);
  partial(split, k, d, z, origin, mu);
  store<f64>(out, value, 16);
  store<f64>(out, slope, 24);
}

// The root of c·x² − a·x + b that lies strictly within (lo, hi), the smaller in size if both do, else NaN.
function quadraticRoot(a: f64, b: f64, c: f64, lo: f64, hi: f64): f64 {
  const q = (a + (a >= 0 ? 1 : -1) * Math.sqrt(Math.max(0, a * a - 4 * b * c))) / 2;
  const first = b / q;
  const second = q / c;
  const firstInside = first > lo && first < hi;
  const secondInside = second > lo && second < hi;
  if (firstInside && secondInside) return Math.abs(first) <= Math.abs(second) ? first : second;
  return firstInside ? first : secondInside ? second : NaN;
}

// A point within (lo, hi), halving the exponent rather than the interval where the ends differ by orders of magnitude.
function halfway(lo: f64, hi: f64): f64 {
  if (lo >= 0) {
    const from = Math.max(lo, hi * 1e-12);
    return hi > 4 * from ? Math.sqrt(from * hi) : (lo + hi) / 2;
  }
  if (hi <= 0) return -halfway(-hi, -lo);
  return (lo + hi) / 2;
}

// Root j of the secular equation, between d[j] and d[j+1] (the last one: above d[k−1]): returns its origin, stores its mu.
//
// Rational interpolation with two poles: Li's middle way, fixed weights when that is slow (LAPACK Working Note 89), inside a bracket
// that shrinks at every evaluation, with bisection as the last resort.
export function secularRoot(k: i32, j: i32, d: usize, z: usize, rho: f64, out: usize): i32 {
  if (k == 1) {
    const only = load<f64>(z);
    store<f64>(out, rho * only * only);
    return 0;
  }
  const inverse = 1 / rho;
  const last = j == k - 1;
  const left = last ? k - 2 : j;
  const right = left + 1;
  const leftPole = load<f64>(d + (<usize>left << 3));
  const rightPole = load<f64>(d + (<usize>right << 3));
  const leftZ = load<f64>(z + (<usize>left << 3));
  const rightZ = load<f64>(z + (<usize>right << 3));
  const gap = rightPole - leftPole;
  const leftWeight = leftZ * leftZ;
  const rightWeight = rightZ * rightZ;
  let origin = last ? right : left;
  let pole = last ? rightPole : leftPole;
  let lo: f64 = 0;
  let hi: f64 = last ? rho * (1 + 1e-15 * <f64>k) : gap;
  let mu = hi / 2;
  partial(0, right, d, z, pole, mu);
  let f = inverse + value;
  partial(right, k, d, z, pole, mu);
  f += value;
  // What the far poles add at the middle, then the exact root with the two near poles.
  const toLeft = last ? -gap - mu : -mu;
  const toRight = last ? -mu : gap - mu;
  const rest = f - leftWeight / toLeft - rightWeight / toRight;
  if (f > 0) hi = mu;
  else lo = mu;
  if (!last && f <= 0) {
    origin = right;
    pole = rightPole;
    lo = -gap / 2;
    hi = 0;
  }
  const deltaLeft = leftPole - pole;
  const deltaRight = rightPole - pole;
  const guess = quadraticRoot(
    rest * (deltaLeft + deltaRight) + leftWeight + rightWeight,
    rest * deltaLeft * deltaRight + leftWeight * deltaRight + rightWeight * deltaLeft,
    rest,
    lo,
    hi,
  );
  mu = isNaN(guess) ? halfway(lo, hi) : guess;
  let previous: f64 = Infinity;
  let fixedWeight = false;
  for (let iteration = 0; iteration < 120; iteration++) {
    partial(0, right, d, z, pole, mu);
    const psi = value;
    const dpsi = slope;
    partial(right, k, d, z, pole, mu);
    const phi = value;
    const dphi = slope;
    f = inverse + psi + phi;
    const slopes = dpsi + dphi;
    const size = inverse + Math.abs(psi) + Math.abs(phi);
    const noise = f64.EPSILON * ((4 + Math.sqrt(k)) * size + Math.abs(mu) * slopes);
    if (Math.abs(f) <= noise) break;
    if (f > 0) hi = mu;
    else lo = mu;
    if (hi - lo <= 2 * f64.EPSILON * Math.abs(mu)) break;
    const slow = Math.abs(f) > 0.1 * Math.abs(previous);
    if (slow) fixedWeight = !fixedWeight;
    let next = NaN;
    if (!(slow && iteration > 8 && iteration % 2 == 0)) {
      const a1 = deltaLeft - mu;
      const b1 = deltaRight - mu;
      let c = f - a1 * dpsi - b1 * dphi;
      if (fixedWeight) c = origin == left ? f - b1 * slopes + gap * (leftWeight / a1 / a1) : f - a1 * slopes - gap * (rightWeight / b1 / b1);
      next = mu + quadraticRoot((a1 + b1) * f - a1 * b1 * slopes, a1 * b1 * f, c, lo - mu, hi - mu);
    }
    previous = f;
    if (next == mu) break;
    mu = next > lo && next < hi ? next : halfway(lo, hi);
  }
  store<f64>(out, mu);
  return origin;
}

// row[i] = d_i − origin − mu: the distances of the poles from a root, to high relative accuracy.
export function poleDistances(k: i32, d: usize, origin: f64, mu: f64, row: usize): void {
  const o = splat(origin);
  const m = splat(mu);
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const at = <usize>i << 3;
    v128.store(row + at, f64x2.sub(f64x2.sub(v128.load(d + at), o), m));
  }
  if (i < k) store<f64>(row + (<usize>i << 3), load<f64>(d + (<usize>i << 3)) - origin - mu);
}

// Entries [from, to) of the weights for which the computed roots are exact: ẑᵢ² = Π_j (dᵢ − λ_j) / Π_{j≠i} (dᵢ − d_j) (Gu & Eisenstat
// 1994), with the signs of z. Row j of `rows` (k×k) holds d − λ_j. `from` is even.
export function loewnerWeights(k: i32, from: i32, to: i32, d: usize, z: usize, rows: usize, out: usize): void {
  const start = <usize>from << 3;
  const end = <usize>to << 3;
  for (let at = start; at < end; at += 8) store<f64>(out + at, 1);
  const even = start + ((end - start) & ~15);
  for (let j = 0; j < k; j++) {
    const own = <usize>j << 3;
    const row = rows + <usize>j * (<usize>k << 3);
    const dj = load<f64>(d + own);
    const mine = own >= start && own < end;
    const kept = mine ? load<f64>(out + own) * load<f64>(row + own) : 0;
    const s = splat(dj);
    for (let at = start; at < even; at += 16) {
      const ratio = f64x2.div(v128.load(row + at), f64x2.sub(v128.load(d + at), s));
      v128.store(out + at, f64x2.mul(v128.load(out + at), ratio));
    }
    if (even < end) store<f64>(out + even, load<f64>(out + even) * (load<f64>(row + even) / (load<f64>(d + even) - dj)));
    if (mine) store<f64>(out + own, kept);
  }
  for (let at = start; at < end; at += 8) {
    const weight = load<f64>(z + at);
    const size = Math.sqrt(Math.abs(load<f64>(out + at)));
    store<f64>(out + at, weight > 0 ? size : weight < 0 ? -size : 0);
  }
}

// The eigenvector ẑᵢ/(dᵢ − λ), normalised and reordered by `group` (i32), over `row` = d − λ; `scratch` holds k doubles.
export function secularVector(k: i32, z: usize, group: usize, row: usize, scratch: usize): void {
  let square = splat(0);
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const at = <usize>i << 3;
    const q = f64x2.div(v128.load(z + at), v128.load(row + at));
    v128.store(scratch + at, q);
    square = f64x2.add(square, f64x2.mul(q, q));
  }
  let total = sum(square);
  if (i < k) {
    const q = load<f64>(z + (<usize>i << 3)) / load<f64>(row + (<usize>i << 3));
    store<f64>(scratch + (<usize>i << 3), q);
    total += q * q;
  }
  const factor = 1 / Math.sqrt(total);
  for (let g = 0; g < k; g++) {
    const source = scratch + (<usize>load<i32>(group + (<usize>g << 2)) << 3);
    store<f64>(row + (<usize>g << 3), factor * load<f64>(source));
  }
}
