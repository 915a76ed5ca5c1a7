import type { Matrix } from '../matrix.js';
import { solveTriangularPlain } from '../plain/triangular.js';
import { scaledCopy, unitScale } from '../scale.js';

const sumOfSizes = (x: Float64Array): number => x.reduce((sum, value) => sum + Math.abs(value), 0);

/**
 * An estimate, from below, of the 1-norm condition number ‖R‖₁ ‖R⁻¹‖₁ of an upper triangular R: Hager's method as refined by Higham (LAPACK
 * dlacon), a few solves with R and Rᵀ. Infinity when R is singular.
 */
export function conditionEstimate(R: Matrix): number {
  const n = R.rows;
  if (n === 0) return 0;
  const data = scaledCopy(R.data, unitScale(R.data));
  const columns = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (data[i * n + i] === 0) return Infinity;
    for (let j = i; j < n; j++) columns[j] += Math.abs(data[i * n + j]);
  }
  const norm = columns.reduce((a, b) => Math.max(a, b));
  const solve = (x: Float64Array, transpose: boolean): void => solveTriangularPlain(data, n, x, 1, false, transpose);
  let x = new Float64Array(n).fill(1 / n);
  let best = 0;
  let last = -1;
  for (let step = 0; step < 5; step++) {
    solve(x, false);
    const size = sumOfSizes(x);
    if (!(size > best)) break;
    best = size;
    x = x.map((value) => (value < 0 ? -1 : 1));
    solve(x, true);
    let next = 0;
    for (let i = 1; i < n; i++) if (Math.abs(x[i]) > Math.abs(x[next])) next = i;
    if (next === last) break;
    last = next;
    x = new Float64Array(n);
    x[next] = 1;
  }
  // A vector of alternating signs catches what cancellation hid.
  const probe = Float64Array.from({ length: n }, (_, i) => (i % 2 ? -1 : 1) * (1 + i / Math.max(1, n - 1)));
  solve(probe, false);
  const estimate = norm * Math.max(best, (2 * sumOfSizes(probe)) / (3 * n));
  return Number.isNaN(estimate) ? Infinity : estimate;
}
