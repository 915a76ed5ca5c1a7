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
