/** Share of the larger side that must be free around a label. */
const LEAST_ROOM = 0.07;

/**
 * The cell of a region (row-major mask) farthest from everything outside it, where a label fits best; null when nowhere is roomy. `aspect` is the width of
 * the whole grid over its height. Text is wide: distances across count half.
 */
export function clearest(inside: readonly boolean[], rows: number, cols: number, aspect: number): number | null {
  const [dx, dy] = [(0.5 * aspect) / cols, 1 / rows];
  // Only cells beside the region bound it.
  const boundary: [number, number][] = [];
  const isInside = (i: number, j: number): boolean => i >= 0 && j >= 0 && i < rows && j < cols && inside[i * cols + j];
  for (let i = -1; i <= rows; i++)
    for (let j = -1; j <= cols; j++)
      if (!isInside(i, j) && (isInside(i - 1, j) || isInside(i + 1, j) || isInside(i, j - 1) || isInside(i, j + 1))) boundary.push([i, j]);
  let best: { k: number; room: number } | null = null;
  for (let k = 0; k < inside.length; k++) {
    if (!inside[k]) continue;
    const [i, j] = [Math.floor(k / cols), k % cols];
    const room = boundary.reduce((least, [bi, bj]) => Math.min(least, Math.hypot((bi - i) * dy, (bj - j) * dx)), Infinity);
    if (best === null || room > best.room) best = { k, room };
  }
  return best === null || best.room < LEAST_ROOM ? null : best.k;
}
