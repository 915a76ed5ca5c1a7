/*
 * The logarithm is that of FreeBSD msun's e_log.c, sine and cosine its k_sin.c and k_cos.c:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */

const bits = new Float64Array(1);
const halves = new Uint32Array(bits.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const TWO_TO = Float64Array.from({ length: 64 }, (_, k) => 2 ** k);
// Cosine and sine of the quarters of a turn.
const COSINES = Float64Array.of(1, 0, -1, 0, 1);
const SINES = Float64Array.of(0, 1, 0, -1, 0);

/** ln v for 2⁻⁶³ < v ≤ 1, within 1 ulp: only + − × ÷, so the same bits on every engine, which Math.log does not promise. */
function logarithm(v: number): number {
  bits[0] = v;
  const word = halves[HIGH];
  // v = m/2^k with m in [√½, √2).
  const k = 1023 - ((word + 0x95f64) >>> 20);
  const f = v * TWO_TO[k] - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const square = 0.5 * f * f;
  return -(k * 0.6931471803691238) - (square - (s * (square + (odd + even)) - k * 1.9082149292705877e-10) - f);
}

/**
 * Box–Muller: pairs of standard normals, each made of four random words, √(−2 ln(1−u)) times the cosine and sine of 2πu′, with the
 * 53-bit uniforms u and u′ of the first and last two words. The turn is reduced exactly, to an eighth, before it becomes an angle.
 */
export function boxMuller(words: Uint32Array, from: number, pairs: number, out: Float64Array, to: number): void {
  for (let pair = 0; pair < pairs; pair++) {
    const at = from + 4 * pair;
    const first = ((words[at] >>> 5) * 67108864 + (words[at + 1] >>> 6)) * 1.1102230246251565e-16;
    const turn = ((words[at + 2] >>> 5) * 67108864 + (words[at + 3] >>> 6)) * 1.1102230246251565e-16;
    const radius = Math.sqrt(-2 * logarithm(1 - first));
    const quarter = (4 * turn + 0.5) | 0;
    const angle = 6.283185307179586 * (turn - 0.25 * quarter);
    const z = angle * angle;
    const sine =
      angle +
      z * angle * (-0.16666666666666632 + z * (0.00833333333332249 + z * (-0.0001984126982985795 + z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))));
    const half = 0.5 * z;
    const head = 1 - half;
    const cosine =
      head +
      (1 - head - half + z * z * (0.0416666666666666 + z * (-0.001388888888887411 + z * (0.00002480158728947673 + z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11))))));
    const c = COSINES[quarter];
    const d = SINES[quarter];
    out[to + 2 * pair] = radius * (c * cosine - d * sine);
    out[to + 2 * pair + 1] = radius * (d * cosine + c * sine);
  }
}
