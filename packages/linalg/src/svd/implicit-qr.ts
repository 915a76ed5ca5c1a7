/** Told every rotation: singular vectors i and j become c·vᵢ + s·vⱼ and c·vⱼ − s·vᵢ. */
export interface Rotations {
  readonly left: (i: number, j: number, c: number, s: number) => void;
  readonly right: (i: number, j: number, c: number, s: number) => void;
}

const HALF_EPSILON = Number.EPSILON / 2;
/** Entries below this count as zeros of a matrix of size 1. */
const NEGLIGIBLE = 1e-120;
/** Rotations ignore what is below this (nothing beside what still counts), so that squares do not underflow. */
const IGNORED = 1e-140;
/** After so many sweeps for one value, entries negligible beside the whole matrix go too: graded matrices may stall otherwise. */
const PATIENCE = 10;
const LIMIT = 60;

const none: Rotations = { left: () => undefined, right: () => undefined };

/** The smaller singular value of [f g; 0 h] to full relative accuracy (LAPACK dlas2). */
function smallerValue(f: number, g: number, h: number): number {
  const low = Math.min(Math.abs(f), Math.abs(h));
  const high = Math.max(Math.abs(f), Math.abs(h));
  if (low === 0) return 0;
  const sum = 1 + low / high;
  const difference = (high - low) / high;
  const size = Math.abs(g);
  if (size < high) {
    const ratio = (size / high) ** 2;
    return (low * 2) / (Math.sqrt(sum * sum + ratio) + Math.sqrt(difference * difference + ratio));
  }
  const ratio = high / size;
  return (2 * low * ratio) / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2));
}

/** Row i has a zero diagonal: rotates what stands right of it into the rows i+1…end−1, leaving row i empty. */
function emptyRow(d: Float64Array, e: Float64Array, i: number, end: number, left: Rotations['left']): void {
  let f = e[i];
  e[i] = 0;
  for (let j = i + 1; j < end && Math.abs(f) > IGNORED; j++) {
    const r = Math.sqrt(d[j] * d[j] + f * f);
    const c = d[j] / r;
    const s = f / r;
    d[j] = r;
    if (j < end - 1) {
      f = -s * e[j];
      e[j] *= c;
    }
    left(j, i, c, s);
  }
}

/** What stands in column `column` above row `from` + 1 is `f` at row `from` alone: rotates it into the columns from, from−1, …, first. */
export function emptyColumn(
  d: Float64Array,
  e: Float64Array,
  first: number,
  from: number,
  column: number,
  f: number,
  right: Rotations['right'],
): void {
  for (let j = from; j >= first && Math.abs(f) > IGNORED; j--) {
    const r = Math.sqrt(d[j] * d[j] + f * f);
    const c = d[j] / r;
    const s = f / r;
    d[j] = r;
    if (j > first) {
      f = -s * e[j - 1];
      e[j - 1] *= c;
    }
    right(j, column, c, s);
  }
}

/** One QR sweep over [first, end) with the given shift: bulge chased down by rotations of neighbours. */
function sweepDown(d: Float64Array, e: Float64Array, first: number, end: number, shift: number, { left, right }: Rotations): void {
  let f = shift === 0 ? d[first] : (Math.abs(d[first]) - shift) * ((d[first] < 0 ? -1 : 1) + shift / d[first]);
  let g = e[first];
  for (let j = first; j < end - 1; j++) {
    let r = Math.abs(g) > IGNORED ? Math.sqrt(f * f + g * g) : f;
    let c = Math.abs(g) > IGNORED ? f / r : 1;
    let s = Math.abs(g) > IGNORED ? g / r : 0;
    if (j > first) e[j - 1] = r;
    f = c * d[j] + s * e[j];
    e[j] = c * e[j] - s * d[j];
    g = s * d[j + 1];
    d[j + 1] *= c;
    right(j, j + 1, c, s);
    r = Math.abs(g) > IGNORED ? Math.sqrt(f * f + g * g) : f;
    c = Math.abs(g) > IGNORED ? f / r : 1;
    s = Math.abs(g) > IGNORED ? g / r : 0;
    d[j] = r;
    f = c * e[j] + s * d[j + 1];
    d[j + 1] = c * d[j + 1] - s * e[j];
    if (j < end - 2) {
      g = s * e[j + 1];
      e[j + 1] *= c;
    }
    left(j, j + 1, c, s);
  }
  e[end - 2] = f;
}

/** Works on [lo, hi) from the other end: reversing rows and columns of Bᵀ gives an upper bidiagonal matrix again. */
function flipped(d: Float64Array, e: Float64Array, lo: number, hi: number, { left, right }: Rotations): boolean {
  const flip = (i: number): number => lo + hi - 1 - i;
  d.subarray(lo, hi).reverse();
  e.subarray(lo, hi - 1).reverse();
  const converged = implicitQr(d, e, lo, hi, {
    left: (i, j, c, s) => right(flip(i), flip(j), c, s),
    right: (i, j, c, s) => left(flip(i), flip(j), c, s),
  });
  d.subarray(lo, hi).reverse();
  return converged;
}

/** The start of the block that ends at `end`: above it an entry of the superdiagonal is negligible, and becomes 0. */
function startOfBlock(d: Float64Array, e: Float64Array, lo: number, end: number, floor: number): number {
  let first = end - 1;
  for (; first > lo; first--) {
    const size = Math.abs(e[first - 1]);
    if (size <= HALF_EPSILON * (Math.abs(d[first - 1]) + Math.abs(d[first])) || size <= floor) {
      e[first - 1] = 0;
      break;
    }
  }
  return first;
}

/**
 * Singular values (over `d[lo..hi)`, of either sign, unsorted) of the upper bidiagonal matrix with diagonal `d[lo..hi)` and superdiagonal
 * `e[lo..hi−1)` (destroyed), for entries of size at most about 1: implicit QR with shifts from the last 2×2 block, none where that would
 * drown small values (Golub & Kahan 1965; Demmel & Kahan 1990). Blocks that grow downwards are worked on from the other end. Returns false
 * when some value needed more than 60 sweeps.
 */
export function implicitQr(d: Float64Array, e: Float64Array, lo: number, hi: number, rotations: Rotations = none): boolean {
  let norm = 0;
  for (let i = lo; i < hi; i++) norm = Math.max(norm, Math.abs(d[i]), i < hi - 1 ? Math.abs(e[i]) : 0);
  let end = hi;
  let sweeps = 0;
  // Where the block began whose direction was chosen last.
  let chosen = hi;
  while (end > lo) {
    const floor = sweeps < PATIENCE ? NEGLIGIBLE : Math.max(NEGLIGIBLE, HALF_EPSILON * norm);
    const first = startOfBlock(d, e, lo, end, floor);
    if (first === end - 1) {
      end--;
      sweeps = 0;
      continue;
    }
    let zero = end - 1;
    while (zero >= first && Math.abs(d[zero]) > floor) zero--;
    if (zero >= first) {
      d[zero] = 0;
      if (zero < end - 1) emptyRow(d, e, zero, end, rotations.left);
      else {
        const f = e[end - 2];
        e[end - 2] = 0;
        emptyColumn(d, e, first, end - 2, end - 1, f, rotations.right);
      }
      continue;
    }
    if (end <= chosen) {
      chosen = first;
      if (Math.abs(d[first]) < Math.abs(d[end - 1])) {
        if (!flipped(d, e, first, end, rotations)) return false;
        end = first;
        sweeps = 0;
        continue;
      }
    }
    if (++sweeps > LIMIT) return false;
    const least = smallerValue(d[end - 2], e[end - 2], d[end - 1]);
    const shift = (least / d[first]) ** 2 < Number.EPSILON ? 0 : least;
    sweepDown(d, e, first, end, shift, rotations);
  }
  return true;
}
