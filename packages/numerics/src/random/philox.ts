const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of m·x, unsigned, in 32-bit integer operations only; m is given by its 16-bit halves. */
function multiplyHigh(high: number, low: number, x: number): number {
  const xl = x & 0xffff;
  const xh = x >>> 16;
  const middle = (Math.imul(xh, low) + (Math.imul(xl, low) >>> 16)) | 0;
  const carry = ((middle & 0xffff) + Math.imul(xl, high)) | 0;
  return (Math.imul(xh, high) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * The Philox4x32-10 bijection on `blocks` consecutive counters from (c0, c1, c2, c3), which count in the 64 bits (c1, c0), under the key
 * (k0, k1): four 32-bit words each into `out` from `offset`. Two counters run side by side, to keep the multipliers busy.
 */
export function philoxBlocks(out: Uint32Array, offset: number, blocks: number, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let i = 0; i < blocks; i += 2) {
    let a0 = (c0 + i) | 0;
    let a1 = (c1 + (a0 >>> 0 < c0 >>> 0 ? 1 : 0)) | 0;
    let a2 = c2 | 0;
    let a3 = c3 | 0;
    let b0 = (a0 + 1) | 0;
    let b1 = (a1 + (b0 === 0 ? 1 : 0)) | 0;
    let b2 = a2;
    let b3 = a3;
    let key0 = k0 | 0;
    let key1 = k1 | 0;
    for (let round = 0; round < 10; round++) {
      const a = multiplyHigh(0xd251, 0x1f53, a0) ^ a3 ^ key1;
      const b = multiplyHigh(0xd251, 0x1f53, b0) ^ b3 ^ key1;
      a3 = Math.imul(M0, a0);
      b3 = Math.imul(M0, b0);
      a0 = multiplyHigh(0xcd9e, 0x8d57, a2) ^ a1 ^ key0;
      b0 = multiplyHigh(0xcd9e, 0x8d57, b2) ^ b1 ^ key0;
      a1 = Math.imul(M1, a2);
      b1 = Math.imul(M1, b2);
      a2 = a;
      b2 = b;
      key0 = (key0 + W0) | 0;
      key1 = (key1 + W1) | 0;
    }
    const at = offset + 4 * i;
    out[at] = a0;
    out[at + 1] = a1;
    out[at + 2] = a2;
    out[at + 3] = a3;
    if (i + 1 === blocks) break;
    out[at + 4] = b0;
    out[at + 5] = b1;
    out[at + 6] = b2;
    out[at + 7] = b3;
  }
}

/**
 * The Philox4x32-10 bijection: writes the four 32-bit words for counter (c0..c3) and key (k0, k1) into `out` at `offset`.
 *
 * Source: Salmon, Moraes, Dror & Shaw, SC11 (2011); constants and known answers of Random123.
 *
 * @example
 * import { philox } from '@saddlepoint/numerics';
 * const words = new Uint32Array(4);
 * philox(words, 0, 0, 0, 0, 0, 0, 0);
 * words[0].toString(16); // => '6627e8d5'
 */
export function philox(out: Uint32Array, offset: number, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  philoxBlocks(out, offset, 1, c0, c1, c2, c3, k0, k1);
}
