import { matrix, multiply } from '@saddlepoint/linalg';

/** Coefficients (count × terms) and squares at some variances. */
export interface TablePart {
  readonly coefficients: Float64Array;
  readonly squares: Float64Array;
}

/** Orders tried. */
const ORDERS = [16, 24, 36, 54];

/** Chebyshev coefficients below this share of the largest norm are rounding. */
const NEGLIGIBLE = 2e-15;

/** Values at the Chebyshev points cos(π(i+½)/m) of [−1, 1] to coefficients of T_j: (m × columns) in and out. */
function transform(values: Float64Array, m: number, columns: number): Float64Array {
  const cosines = Float64Array.from({ length: m * m }, (_, k) => ((Math.floor(k / m) === 0 ? 1 : 2) / m) * Math.cos((Math.PI * Math.floor(k / m) * ((k % m) + 0.5)) / m));
  return multiply(matrix(m, m, cosines), matrix(m, columns, values)).data;
}

/**
 * The table at many variances from the table at few: in t = ln q every coefficient is analytic (a strip of half-width π for φ analytic on a
 * wide enough sector), so that a Chebyshev interpolant over [lowest, highest] converges geometrically. Orders are raised until its last coefficients
 * are rounding; null when that is not reached or not worth while.
 *
 * `at` makes the table at given variances.
 */
export function interpolateVariances(at: (variances: Float64Array) => TablePart, variances: Float64Array, terms: number): (TablePart & { readonly error: number }) | null {
  const lowest = variances.reduce((a, b) => Math.min(a, b), Infinity);
  const highest = variances.reduce((a, b) => Math.max(a, b), 0);
  const middle = 0.5 * (Math.log(lowest) + Math.log(highest));
  const half = 0.5 * (Math.log(highest) - Math.log(lowest));
  for (const order of ORDERS) {
    if (2 * order > variances.length) return null;
    const nodes = Float64Array.from({ length: order }, (_, i) => Math.exp(middle + half * Math.cos((Math.PI * (i + 0.5)) / order)));
    const { coefficients, squares } = at(nodes);
    const columns = terms + 1;
    const values = new Float64Array(order * columns);
    for (let i = 0; i < order; i++) {
      values.set(coefficients.subarray(i * terms, (i + 1) * terms), i * columns);
      values[i * columns + terms] = squares[i];
    }
    const spectrum = transform(values, order, columns);
    // The last three columns of the spectrum in the sense of j: what the interpolant misses is about as large.
    let missed = 0;
    for (let k = (order - 3) * columns; k < order * columns; k++) missed = Math.max(missed, Math.abs(spectrum[k]) / ((k + 1) % columns === 0 ? squares[0] : Math.sqrt(squares[0])));
    if (missed > NEGLIGIBLE) continue;
    const count = variances.length;
    const polynomials = new Float64Array(count * order);
    for (let i = 0; i < count; i++) {
      const x = half === 0 ? 0 : (Math.log(variances[i]) - middle) / half;
      let previous = 1;
      let current = x;
      polynomials[i * order] = 1;
      for (let j = 1; j < order; j++) {
        polynomials[i * order + j] = current;
        [previous, current] = [current, 2 * x * current - previous];
      }
    }
    const all = multiply(matrix(count, order, polynomials), matrix(order, columns, spectrum)).data;
    const result = { coefficients: new Float64Array(count * terms), squares: new Float64Array(count), error: 4 * missed * Math.sqrt(squares[0]) };
    for (let i = 0; i < count; i++) {
      result.coefficients.set(all.subarray(i * columns, i * columns + terms), i * terms);
      result.squares[i] = all[i * columns + terms];
    }
    return result;
  }
  return null;
}
