/**
 * out[k] += Σ_i a[from_k + i]·b[bFrom + i] for `count` rows of length `length`, rows `stride` apart; results go `outStride` apart.
 * Four rows at a time share each load of b.
 */
export function addDots(a: Float64Array, from: number, stride: number, count: number, b: Float64Array, bFrom: number, length: number, out: Float64Array, outFrom: number, outStride: number): void {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const r0 = from + k * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < length; i++) {
      const v = b[bFrom + i];
      s0 += a[r0 + i] * v;
      s1 += a[r1 + i] * v;
      s2 += a[r2 + i] * v;
      s3 += a[r3 + i] * v;
    }
    const to = outFrom + k * outStride;
    out[to] += s0;
    out[to + outStride] += s1;
    out[to + 2 * outStride] += s2;
    out[to + 3 * outStride] += s3;
  }
  for (; k < count; k++) {
    const row = from + k * stride;
    let sum = 0;
    for (let i = 0; i < length; i++) sum += a[row + i] * b[bFrom + i];
    out[outFrom + k * outStride] += sum;
  }
}

/** out[outFrom + i] += Σ_k weights[wFrom + k·wStride]·b[bFrom + k·bStride + i]: a combination of `count` rows, four at a time. */
export function addRows(weights: Float64Array, wFrom: number, wStride: number, count: number, b: Float64Array, bFrom: number, bStride: number, length: number, out: Float64Array, outFrom: number): void {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const at = wFrom + k * wStride;
    const w0 = weights[at];
    const w1 = weights[at + wStride];
    const w2 = weights[at + 2 * wStride];
    const w3 = weights[at + 3 * wStride];
    const r0 = bFrom + k * bStride;
    const r1 = r0 + bStride;
    const r2 = r1 + bStride;
    const r3 = r2 + bStride;
    for (let i = 0; i < length; i++) out[outFrom + i] += w0 * b[r0 + i] + w1 * b[r1 + i] + w2 * b[r2 + i] + w3 * b[r3 + i];
  }
  for (; k < count; k++) {
    const w = weights[wFrom + k * wStride];
    const row = bFrom + k * bStride;
    for (let i = 0; i < length; i++) out[outFrom + i] += w * b[row + i];
  }
}
