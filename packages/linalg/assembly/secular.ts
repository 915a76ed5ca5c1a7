import { splat, sum } from './simd';

// Σ z²/(d − origin − mu) and its derivative over i in [from, to), into out[0], out[1].
function partial(from: i32, to: i32, d: usize, z: usize, origin: f64, mu: f64, out: usize): void {
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
  let value = sum(s0);
  let slope = sum(s1);
  if (i < to) {
    const zi = load<f64>(z + (<usize>i << 3));
    const q = zi / (load<f64>(d + (<usize>i << 3)) - origin - mu);
    value += zi * q;
    slope += q * q;
  }
  store<f64>(out, value);
  store<f64>(out, slope, 8);
}

// At λ = origin + mu, where d_split−1 < λ < d_split: out = [ψ, ψ′, φ, φ′], the secular sums over the poles left and right of λ.
export function secularSums(k: i32, split: i32, d: usize, z: usize, origin: f64, mu: f64, out: usize): void {
  partial(0, split, d, z, origin, mu, out);
  partial(split, k, d, z, origin, mu, out + 16);
}

// row[i] = d_i − origin − mu: the distances of the poles from the root, to high relative accuracy.
export function poleDistances(k: i32, d: usize, origin: f64, mu: f64, row: usize): void {
  for (let i = 0; i < k; i++) store<f64>(row + (<usize>i << 3), load<f64>(d + (<usize>i << 3)) - origin - mu);
}

// One factor of ẑᵢ² = Π_j (dᵢ − λ_j) / Π_{j≠i} (dᵢ − d_j), for root j (Gu & Eisenstat 1994); `row` = d − λ_j.
export function loewnerFactor(k: i32, j: i32, d: usize, row: usize, product: usize): void {
  const dj = load<f64>(d + (<usize>j << 3));
  const own = product + (<usize>j << 3);
  const kept = load<f64>(own) * load<f64>(row + (<usize>j << 3));
  const s = splat(dj);
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const at = <usize>i << 3;
    const ratio = f64x2.div(v128.load(row + at), f64x2.sub(v128.load(d + at), s));
    v128.store(product + at, f64x2.mul(v128.load(product + at), ratio));
  }
  if (i < k && i != j) {
    const at = <usize>i << 3;
    store<f64>(product + at, load<f64>(product + at) * (load<f64>(row + at) / (load<f64>(d + at) - dj)));
  }
  store<f64>(own, kept);
}

// The eigenvector ẑᵢ/(dᵢ − λ), normalised and reordered by `group` (i32), over `row` itself; `scratch` holds k doubles.
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
