import { Tree, entry, get, getInt, set, setInt } from './tree';
import { rotate } from './vector';

// Where the non-zeros of an eigenvector row lie before a merge.
export const TOP: i32 = 0;
export const BOTH: i32 = 1;
export const BOTTOM: i32 = 2;

// Deflates D + ρ z zᵀ of the node [lo, hi) as LAPACK's dlaed2: small zᵢ go, and of two close dᵢ one is rotated out, the eigenvectors
// with it. Fills `survivors` and `deflated` (from `lo` on, by ascending eigenvalue); returns the number of survivors.
export function deflate(tree: Tree, lo: i32, hi: i32, rho: f64): i32 {
  const d = tree.d;
  const z = tree.vector;
  const support = tree.support;
  const merged = tree.merged;
  const width = hi - lo;
  let size: f64 = 0;
  for (let i = lo; i < hi; i++) size = Math.max(size, Math.max(Math.abs(get(d, i)), Math.abs(get(z, i))));
  const tolerance = 4 * f64.EPSILON * size;
  let survivors = 0;
  let deflated = 0;
  let held = -1;
  for (let m = lo; m < hi; m++) {
    const i = getInt(merged, m);
    const zi = get(z, i);
    if (rho * Math.abs(zi) <= tolerance) {
      setInt(tree.deflated, lo + deflated++, i);
      continue;
    }
    if (held >= 0) {
      const zh = get(z, held);
      const norm = Math.sqrt(zi * zi + zh * zh);
      const c = zi / norm;
      const s = -zh / norm;
      const di = get(d, i);
      const dh = get(d, held);
      if (Math.abs((di - dh) * c * s) <= tolerance) {
        set(z, i, norm);
        set(z, held, 0);
        if (getInt(support, i) != getInt(support, held)) {
          setInt(support, i, BOTH);
          setInt(support, held, BOTH);
        }
        rotate(width, entry(tree, held, lo), entry(tree, i, lo), c, s);
        set(d, i, dh * s * s + di * c * c);
        set(d, held, dh * c * c + di * s * s);
        setInt(tree.deflated, lo + deflated++, held);
      } else setInt(tree.survivors, lo + survivors++, held);
    }
    held = i;
  }
  if (held >= 0) setInt(tree.survivors, lo + survivors++, held);
  return survivors;
}
