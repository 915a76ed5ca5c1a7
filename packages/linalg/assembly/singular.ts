import { splat, sum } from './simd';

// Row by row what the bidiagonal divide and conquer needs of the secular equation 1 + Σ zᵢ²/(dᵢ² − σ²) = 0 (Gu & Eisenstat 1995).
// Differences of squares are products (dᵢ − d)(dᵢ + d), so that close values keep their relative accuracy.

// row[i] = dᵢ² − origin² − mu.
export function squaredDistances(k: i32, d: usize, origin: f64, mu: f64, row: usize): void {
  const o = splat(origin);
  const m = splat(mu);
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const di = v128.load(d + (<usize>i << 3));
    v128.store(row + (<usize>i << 3), f64x2.sub(f64x2.mul(f64x2.sub(di, o), f64x2.add(di, o)), m));
  }
  if (i < k) {
    const di = load<f64>(d + (<usize>i << 3));
    store<f64>(row + (<usize>i << 3), (di - origin) * (di + origin) - mu);
  }
}

// One factor of ẑᵢ² = Π_j (dᵢ² − σ_j²) / Π_{j≠i} (dᵢ² − d_j²), for root j; `row` = d² − σ_j².
export function singularFactor(k: i32, j: i32, d: usize, row: usize, product: usize): void {
  const dj = load<f64>(d + (<usize>j << 3));
  const own = product + (<usize>j << 3);
  const kept = load<f64>(own) * load<f64>(row + (<usize>j << 3));
  const s = splat(dj);
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const at = <usize>i << 3;
    const di = v128.load(d + at);
    const ratio = f64x2.div(v128.load(row + at), f64x2.mul(f64x2.sub(di, s), f64x2.add(di, s)));
    v128.store(product + at, f64x2.mul(v128.load(product + at), ratio));
  }
  if (i < k && i != j) {
    const at = <usize>i << 3;
    const di = load<f64>(d + at);
    store<f64>(product + at, load<f64>(product + at) * (load<f64>(row + at) / ((di - dj) * (di + dj))));
  }
  store<f64>(own, kept);
}

function normalisedTo(k: i32, square: f64, group: usize, source: usize, target: usize): void {
  const factor = 1 / Math.sqrt(square);
  for (let g = 0; g < k; g++)
    store<f64>(target + (<usize>g << 3), factor * load<f64>(source + (<usize>load<i32>(group + (<usize>g << 2)) << 3)));
}

// The singular vectors of the matrix with first row ẑ and diagonal (0, d₁, d₂, …) for one root, `right` holding d² − σ² before:
// right ẑᵢ/(dᵢ² − σ²), left (−1, dᵢẑᵢ/(dᵢ² − σ²)), normalised and reordered by `group` (i32). `scratch` holds k doubles.
export function singularVectors(k: i32, d: usize, z: usize, group: usize, right: usize, left: usize, scratch: usize): void {
  let square = splat(0);
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const at = <usize>i << 3;
    const q = f64x2.div(v128.load(z + at), v128.load(right + at));
    v128.store(scratch + at, q);
    square = f64x2.add(square, f64x2.mul(q, q));
  }
  let total = sum(square);
  if (i < k) {
    const q = load<f64>(z + (<usize>i << 3)) / load<f64>(right + (<usize>i << 3));
    store<f64>(scratch + (<usize>i << 3), q);
    total += q * q;
  }
  normalisedTo(k, total, group, scratch, right);
  total = 1;
  store<f64>(scratch, -1);
  for (let p = 1; p < k; p++) {
    const at = <usize>p << 3;
    const q = load<f64>(d + at) * load<f64>(scratch + at);
    store<f64>(scratch + at, q);
    total += q * q;
  }
  normalisedTo(k, total, group, scratch, left);
}
