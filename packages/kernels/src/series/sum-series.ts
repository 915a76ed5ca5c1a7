/**
 * Σ_p a_p b_p ρ^{first + p·stride} over as many of the `terms` as |ρ| needs: the terms left out are below `tolerance` relative to
 * √(Σa²Σb²), by Cauchy–Schwarz and |ρ|^k. `ia`, `ib` are where the coefficients start in `a` and `b`.
 */
export function sumSeries(
  a: Float64Array,
  ia: number,
  b: Float64Array,
  ib: number,
  rho: number,
  terms: number,
  first: number,
  stride: number,
  logTolerance: number,
): number {
  const size = Math.abs(rho);
  // ln 0 = −∞ leaves the first term alone; ln 1 = 0 asks for all of them.
  const wanted = size < 1 ? Math.ceil(logTolerance / Math.log(size) / stride) + 1 : terms;
  const count = wanted < terms ? wanted : terms;
  const step = stride === 2 ? rho * rho : rho;
  let power = first === 1 ? rho : 1;
  let sum = 0;
  for (let p = 0; p < count; p++) {
    sum += a[ia + p] * b[ib + p] * power;
    power *= step;
  }
  return sum;
}

/**
 * Σ_p a_p b_p (1 − ρ^{first + p·stride}), ρ = 1 − gap, 0 ≤ gap ≤ 1: how far the series lies below its value at ρ = 1, without cancellation
 * however small the gap. 1 − ρ^k grows by ρ^k(1 − ρ) from one degree to the next.
 */
export function sumSeriesGap(a: Float64Array, ia: number, b: Float64Array, ib: number, gap: number, terms: number, first: number, stride: number): number {
  const step = stride === 2 ? gap * (2 - gap) : gap;
  let power = first === 1 ? 1 - gap : 1;
  let missing = first === 1 ? gap : 0;
  let sum = 0;
  for (let p = 0; p < terms; p++) {
    sum += a[ia + p] * b[ib + p] * missing;
    missing += power * step;
    power *= 1 - step;
  }
  return sum;
}

/** Σ_k √((k+1)(k+2)) a_{k+2} b_k ρ^k = E[√q1² f″(u) f(v)]: 2q1 times the derivative of the series in q1 at fixed covariance. */
export function sumVarianceSlope(a: Float64Array, ia: number, b: Float64Array, ib: number, rho: number, terms: number, first: number, stride: number): number {
  const shift = 2 / stride;
  const step = stride === 2 ? rho * rho : rho;
  let power = first === 1 ? rho : 1;
  let sum = 0;
  for (let p = 0; p + shift < terms; p++) {
    const k = first + p * stride;
    sum += Math.sqrt((k + 1) * (k + 2)) * a[ia + p + shift] * b[ib + p] * power;
    power *= step;
  }
  return sum;
}

/** Σ_k k a_k b_k ρ^{k−1}: √(q1q2) times the derivative of the series in the covariance. */
export function sumCovarianceSlope(a: Float64Array, ia: number, b: Float64Array, ib: number, rho: number, terms: number, first: number, stride: number): number {
  const step = stride === 2 ? rho * rho : rho;
  // From k = 1 or 2 on; the degree 0 does not count.
  let power = first === 0 && stride === 2 ? rho : 1;
  let sum = 0;
  for (let p = first === 0 ? 1 : 0; p < terms; p++) {
    sum += (first + p * stride) * a[ia + p] * b[ib + p] * power;
    power *= step;
  }
  return sum;
}
