import { madd, splat, sum } from './simd';

// Four rows r…r+3 of y = A x, A symmetric and read below the diagonal only: each entry left of the diagonal block serves y twice.
function fourRows(a: usize, stride: usize, r: i32, x: usize, y: usize): void {
  const a1 = a + stride;
  const a2 = a1 + stride;
  const a3 = a2 + stride;
  const own = x + (<usize>r << 3);
  const x0 = v128.load_splat<f64>(own);
  const x1 = v128.load_splat<f64>(own, 8);
  const x2 = v128.load_splat<f64>(own, 16);
  const x3 = v128.load_splat<f64>(own, 24);
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  for (let offset: usize = 0, end = <usize>r << 3; offset < end; offset += 16) {
    const xj = v128.load(x + offset);
    const e0 = v128.load(a + offset);
    const e1 = v128.load(a1 + offset);
    const e2 = v128.load(a2 + offset);
    const e3 = v128.load(a3 + offset);
    s0 = madd(e0, xj, s0);
    s1 = madd(e1, xj, s1);
    s2 = madd(e2, xj, s2);
    s3 = madd(e3, xj, s3);
    const left = madd(e0, x0, f64x2.mul(e1, x1));
    const right = madd(e2, x2, f64x2.mul(e3, x3));
    v128.store(y + offset, f64x2.add(v128.load(y + offset), f64x2.add(left, right)));
  }
  const out = y + (<usize>r << 3);
  store<f64>(out, sum(s0));
  store<f64>(out, sum(s1), 8);
  store<f64>(out, sum(s2), 16);
  store<f64>(out, sum(s3), 24);
  const corner = <usize>r << 3;
  for (let p: usize = 0; p < 32; p += 8) {
    const row = a + (p >> 3) * stride + corner;
    const xp = load<f64>(own + p);
    let total = load<f64>(row + p) * xp;
    for (let q: usize = 0; q < p; q += 8) {
      const entry = load<f64>(row + q);
      total += entry * load<f64>(own + q);
      store<f64>(out + q, load<f64>(out + q) + entry * xp);
    }
    store<f64>(out + p, load<f64>(out + p) + total);
  }
}

function oneRow(a: usize, r: i32, x: usize, y: usize): void {
  const xr = load<f64>(x + (<usize>r << 3));
  let total: f64 = 0;
  for (let offset: usize = 0, end = <usize>r << 3; offset < end; offset += 8) {
    const entry = load<f64>(a + offset);
    total += entry * load<f64>(x + offset);
    store<f64>(y + offset, load<f64>(y + offset) + entry * xr);
  }
  store<f64>(y + (<usize>r << 3), total + load<f64>(a + (<usize>r << 3)) * xr);
}

// How many groups of rows share the product, by size alone, so that sums are the same however many threads there are.
export function symvGroups(n: i32): i32 {
  return n < 192 ? 1 : n < 768 ? 4 : 8;
}

// The first row of a group: groups have equal areas below the diagonal.
function groupStart(n: i32, group: i32, groups: i32): i32 {
  return group == groups ? n : <i32>(<f64>n * Math.sqrt(<f64>group / <f64>groups)) & ~3;
}

// What group `group` of rows adds to y = A x for symmetric A (n×n, lower triangle read, stride in bytes): its entries 0…end−1, where end
// is returned.
export function symvPart(n: i32, group: i32, a: usize, stride: usize, x: usize, y: usize): i32 {
  const groups = symvGroups(n);
  const start = groupStart(n, group, groups);
  const end = groupStart(n, group + 1, groups);
  memory.fill(y, 0, <usize>start << 3);
  let r = start;
  for (; r + 4 <= end; r += 4) fourRows(a + <usize>r * stride, stride, r, x, y);
  for (; r < end; r++) oneRow(a + <usize>r * stride, r, x, y);
  return end;
}

// The number of entries of the part of group `group`.
export function symvPartEnd(n: i32, group: i32): i32 {
  return groupStart(n, group + 1, symvGroups(n));
}
