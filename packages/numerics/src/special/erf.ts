/*
 * The rational approximations below are those of FreeBSD msun's s_erf.c:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */
import { polynomial } from './polynomial.js';

const ERX = 0.8450629115104675;
const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -0.000023763016656650163,
];
const QQ = [1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -0.000003960228278775368];
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905, 0.011984499846799107,
];
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783, 108.63500554177944,
  6.570249770319282, -0.0604244152148581,
];
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644, 474.52854120695537,
  -22.44095244658582,
];

/** ln(a·e^{a²}·erfc(a)) + 0.5625 for 1.25 ≤ a < 28. */
function tailRatio(a: number): number {
  const s = 1 / (a * a);
  return a < 1 / 0.35 ? polynomial(RA, s) / polynomial(SA, s) : polynomial(RB, s) / polynomial(SB, s);
}

/** erfc(a) for 1.25 ≤ a < 28; a is split so that a² is exact in the leading exponential. */
function tail(a: number): number {
  const z = Math.fround(a);
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - a) * (z + a) + tailRatio(a))) / a;
}

/**
 * The error function, erf(x) = (2/√π) ∫₀ˣ e^{−t²} dt, to within a few units in the last place; erf(±∞) = ±1, NaN gives NaN.
 *
 * Source: FreeBSD msun `s_erf.c` (rational minimax approximations on five intervals).
 *
 * @example
 * import { erf } from '@saddlepoint/numerics';
 * erf(0.5); // => 0.5204998778130465
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (a < 0.84375) {
    const z = x * x;
    return x + x * (polynomial(PP, z) / polynomial(QQ, z));
  }
  const sign = x < 0 ? -1 : 1;
  if (a < 1.25) {
    const s = a - 1;
    return sign * (ERX + polynomial(PA, s) / polynomial(QA, s));
  }
  return a < 6 ? sign * (1 - tail(a)) : sign;
}

/**
 * The complementary error function, erfc(x) = 1 − erf(x), without cancellation for large x: full relative accuracy until it
 * underflows near x = 26.6.
 *
 * Source: FreeBSD msun `s_erf.c`.
 *
 * @example
 * import { erfc } from '@saddlepoint/numerics';
 * erfc(10); // => 2.088487583762545e-45
 */
export function erfc(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (a < 0.84375) {
    const z = x * x;
    const y = polynomial(PP, z) / polynomial(QQ, z);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
  }
  if (a < 1.25) {
    const s = a - 1;
    const ratio = polynomial(PA, s) / polynomial(QA, s);
    return x > 0 ? 1 - ERX - ratio : 1 + (ERX + ratio);
  }
  if (a < 28) return x > 0 ? tail(a) : 2 - tail(a);
  return x > 0 ? 0 : 2;
}

/** e^{x²}, with x split so that no digits of the square are lost. */
function exponentialOfSquare(x: number): number {
  const z = Math.fround(x);
  return Math.exp(z * z) * Math.exp((x - z) * (x + z));
}

/**
 * The scaled complementary error function, erfcx(x) = e^{x²} erfc(x), which neither underflows nor cancels: ≈ 1/(x√π) for large x,
 * ≈ 2e^{x²} below 0 (infinite below −26.6).
 *
 * Source: FreeBSD msun `s_erf.c` without its leading exponential; the asymptotic series (DLMF 7.12.1) beyond 28.
 *
 * @example
 * import { erfcx } from '@saddlepoint/numerics';
 * erfcx(10); // => 0.05614099274382259
 */
export function erfcx(x: number): number {
  if (x < 0) return x < -26.7 ? Infinity : 2 * exponentialOfSquare(x) - erfcx(-x);
  if (x < 1.25) return exponentialOfSquare(x) * erfc(x);
  if (x < 28) return Math.exp(tailRatio(x) - 0.5625) / x;
  const s = 0.5 / x / x;
  return (0.5641895835477563 / x) * (1 - s * (1 - s * (3 - s * (15 - s * (105 - s * (945 - 10395 * s))))));
}
