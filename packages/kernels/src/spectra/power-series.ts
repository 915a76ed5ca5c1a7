/** A power series Σ a_k t^k cut at some degree. Every operation here keeps coefficients ≥ 0 and only adds and multiplies: nothing cancels, every coefficient has full relative accuracy. */
export type Series = Float64Array<ArrayBuffer>;

/** a·b to the degree of a. */
export function times(a: Series, b: Series): Series {
  const n = a.length;
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const ai = a[i];
    if (ai === 0) continue;
    for (let j = 0; i + j < n; j++) product[i + j] += ai * b[j];
  }
  return product;
}

/** shift + scale·a. */
export function affine(a: Series, scale: number, shift: number): Series {
  const result = a.map((v) => scale * v);
  result[0] += shift;
  return result;
}

export const plus = (a: Series, b: Series): Series => a.map((v, k) => v + b[k]);

/** a′, of the same length with a last coefficient that is not known set to 0. */
const derivative = (a: Series): Series => Float64Array.from(a, (_, k) => (k + 1 < a.length ? (k + 1) * a[k + 1] : 0));

/** Σ over k ≥ 1 of the antiderivative, `constant` at k = 0. */
const integral = (a: Series, constant: number): Series => Float64Array.from(a, (_, k) => (k === 0 ? constant : a[k - 1] / k));

/** (1 − r²c²)^{−1/2} by Miller's recurrence, whose terms are all positive when c has coefficients ≥ 0 and |r c(0)| < 1. */
export function inverseRoot(c: Series, r: number): Series {
  const n = c.length;
  const square = times(c, c).map((v) => r * r * v);
  const first = (1 - r * c[0]) * (1 + r * c[0]);
  const b = new Float64Array(n);
  b[0] = 1 / Math.sqrt(first);
  for (let k = 1; k < n; k++) {
    let sum = 0;
    for (let j = 1; j <= k; j++) if (square[j] !== 0) sum += (k - 0.5 * j) * square[j] * b[k - j];
    b[k] = sum / (k * first);
  }
  return b;
}

/** asin(r c) from its derivative r c′(1 − r²c²)^{−1/2}. */
export const arcsine = (c: Series, r: number, root = inverseRoot(c, r)): Series => integral(times(derivative(c), root).map((v) => r * v), Math.asin(r * c[0]));

/** F(c) from F(c(0)) and the series of F′(c). */
export const fromSlope = (c: Series, slope: Series, constant: number): Series => integral(times(derivative(c), slope), constant);

/** Σ_k f_k c^k, f_k ≥ 0, by blocks: about 2√K products. */
export function compose(f: ArrayLike<number>, c: Series): Series {
  const count = f.length;
  const block = Math.max(1, Math.ceil(Math.sqrt(count)));
  const unit = new Float64Array(c.length);
  unit[0] = 1;
  const powers: Series[] = [unit];
  while (powers.length <= block) powers.push(times(powers[powers.length - 1], c));
  let result: Series = new Float64Array(c.length);
  for (let start = Math.floor((count - 1) / block) * block; start >= 0; start -= block) {
    if (start + block < count) result = times(result, powers[block]);
    for (let i = 0; i < block && start + i < count; i++) {
      const coefficient = f[start + i];
      if (coefficient !== 0) for (let k = 0; k < c.length; k++) result[k] += coefficient * powers[i][k];
    }
  }
  return result;
}
