/** Told every rotation: singular vectors i and j become c·vᵢ + s·vⱼ and c·vⱼ − s·vᵢ. */
export interface Rotations {
  readonly left: (i: number, j: number, c: number, s: number) => void;
  readonly right: (i: number, j: number, c: number, s: number) => void;
}

const HALF_EPSILON = Number.EPSILON / 2;
/** Entries below this are dropped from a matrix of size 1, so that squares do not underflow. */
const NEGLIGIBLE = 1e-140;
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
  for (let j = i + 1; j < end && f !== 0; j++) {
    const r = Math.sqrt(d[j] * d[j] + f * f);
    if (r === 0) return;
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
  for (let j = from; j >= first && f !== 0; j--) {
    const r = Math.sqrt(d[j] * d[j] + f * f);
    if (r === 0) return;
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
    let r = Math.sqrt(f * f + g * g);
    let c = r === 0 ? 1 : f / r;
    let s = r === 0 ? 0 : g / r;
    if (j > first) e[j - 1] = r;
    f = c * d[j] + s * e[j];
    e[j] = c * e[j] - s * d[j];
    g = s * d[j + 1];
    d[j + 1] *= c;
    right(j, j + 1, c, s);
    r = Math.sqrt(f * f + g * g);
    c = r === 0 ? 1 : f / r;
    s = r === 0 ? 0 : g / r;
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

function iterate(d: Float64Array, e: Float64Array, lo: number, hi: number, rotations: Rotations): boolean {
  let norm = 0;
  for (let i = lo; i < hi; i++) norm = Math.max(norm, Math.abs(d[i]), i < hi - 1 ? Math.abs(e[i]) : 0);
  let end = hi;
  let sweeps = 0;
  while (end > lo) {
    const floor = sweeps < PATIENCE ? NEGLIGIBLE : Math.max(NEGLIGIBLE, HALF_EPSILON * norm);
    let first = end - 1;
    for (; first > lo; first--) {
      const size = Math.abs(e[first - 1]);
      if (size <= HALF_EPSILON * (Math.abs(d[first - 1]) + Math.abs(d[first])) || size <= floor) {
        e[first - 1] = 0;
        break;
      }
    }
    if (first === end - 1) {
      end--;
      sweeps = 0;
      continue;
    }
    let zero = end - 1;
    while (zero >= first && Math.abs(d[zero]) > floor) zero--;
    if (zero >= first) d[zero] = 0;
    if (zero === end - 1) {
      const f = e[end - 2];
      e[end - 2] = 0;
      emptyColumn(d, e, first, end - 2, end - 1, f, rotations.right);
      continue;
    }
    if (zero >= first) {
      emptyRow(d, e, zero, end, rotations.left);
      continue;
    }
    if (++sweeps > LIMIT) return false;
    const least = smallerValue(d[end - 2], e[end - 2], d[end - 1]);
    const shift = (least / d[first]) ** 2 < Number.EPSILON ? 0 : least;
    sweepDown(d, e, first, end, shift, rotations);
  }
  return true;
}

/**
 * Singular values (over `d[lo..hi)`, of either sign, unsorted) of the upper bidiagonal matrix with diagonal `d[lo..hi)` and superdiagonal
 * `e[lo..hi−1)` (destroyed), for entries of size at most about 1: implicit QR with shifts from the last 2×2 block, none where that would
 * drown small values (Golub & Kahan 1965; Demmel & Kahan 1990). A matrix that grows downwards is worked on from the other end. Returns
 * false when some value needed more than 60 sweeps.
 */
export function implicitQr(d: Float64Array, e: Float64Array, lo: number, hi: number, rotations: Rotations = none): boolean {
  if (Math.abs(d[lo]) >= Math.abs(d[hi - 1])) return iterate(d, e, lo, hi, rotations);
  const flip = (i: number): number => lo + hi - 1 - i;
  d.subarray(lo, hi).reverse();
  e.subarray(lo, hi - 1).reverse();
  const converged = iterate(d, e, lo, hi, {
    left: (i, j, c, s) => rotations.right(flip(i), flip(j), c, s),
    right: (i, j, c, s) => rotations.left(flip(i), flip(j), c, s),
  });
  d.subarray(lo, hi).reverse();
  return converged;
}
