/*
 * The rational approximations below are those of FreeBSD msun's e_lgamma_r.c:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */
import { polynomial } from './polynomial.js';

const A1 = [
  0.07721566490153287, 0.06735230105312927, 0.007385550860814029, 0.0011927076318336207, 0.00022086279071390839,
  0.000025214456545125733,
];
const A2 = [
  0.3224670334241136, 0.020580808432516733, 0.0028905138367341563, 0.0005100697921535113, 0.00010801156724758394,
  0.000044864094961891516,
];
const T1 = [0.48383612272381005, -0.032788541075985965, 0.006100538702462913, -0.0014034646998923284, 0.00031563207090362595];
const T2 = [-0.1475877229945939, 0.01797067508118204, -0.0036845201678113826, 0.000881081882437654, -0.00031275416837512086];
const T3 = [0.06462494023913339, -0.010314224129834144, 0.0022596478090061247, -0.0005385953053567405, 0.0003355291926355191];
const U = [
  -0.07721566490153287, 0.6328270640250934, 1.4549225013723477, 0.9777175279633727, 0.22896372806469245,
  0.013381091853678766,
];
const V = [1, 2.4559779371304113, 2.128489763798934, 0.7692851504566728, 0.10422264559336913, 0.003217092422824239];
const S = [
  -0.07721566490153287, 0.21498241596060885, 0.325778796408931, 0.14635047265246445, 0.02664227030336386,
  0.0018402845140733772, 0.00003194753265841009,
];
const R = [
  1, 1.3920053346762105, 0.7219355475671381, 0.17193386563280308, 0.01864591917156529, 0.0007779424963818936,
  0.000007326684307446256,
];
const STIRLING = 0.4189385332046727;
const W = [
  0.08333333333333297, -0.0027777777772877554, 0.0007936505586430196,
  -0.00059518755745034, 0.0008363399189962821, -0.0016309293409657527,
];
const MINIMUM = 1.4616321449683622;
const MINIMUM_VALUE = -0.12148629053584961;
const MINIMUM_TAIL = -3.638676997039505e-18;

/** ln Γ near 1 and 2: y is the distance to 2 (branch 0), to the minimum (branch 1) or to 1 (branch 2). */
function branch(kind: 0 | 1 | 2, y: number): number {
  if (kind === 0) {
    const z = y * y;
    return y * polynomial(A1, z) + z * polynomial(A2, z) - 0.5 * y;
  }
  if (kind === 1) {
    const z = y * y;
    const w = z * y;
    const p = z * polynomial(T1, w) - (MINIMUM_TAIL - w * (polynomial(T2, w) + y * polynomial(T3, w)));
    return MINIMUM_VALUE + p;
  }
  return -0.5 * y + (y * polynomial(U, y)) / polynomial(V, y);
}

/** ln Γ(1+x) for 0 ≤ x < 1, without forming 1+x. */
export function logGamma1p(x: number): number {
  if (x >= 0.7316) return branch(0, 1 - x);
  return x >= 0.23164 ? branch(1, x - (MINIMUM - 1)) : branch(2, x);
}

function below2(x: number): number {
  if (x <= 0.9) return -Math.log(x) + logGamma1p(x);
  if (x >= 1.7316) return branch(0, 2 - x);
  if (x >= 1.23) return branch(1, x - MINIMUM);
  return branch(2, x - 1);
}

/** ln Γ(x) − ((x−½) ln x − x + ½ ln 2π), Stirling's correction, for x ≥ 8. */
export const stirlingSeries = (x: number): number => polynomial(W, 1 / (x * x)) / x;

/**
 * ln |Γ(x)|, to a few units in the last place for x > 0; infinite at 0 and at the negative integers.
 *
 * Source: FreeBSD msun `e_lgamma_r.c`; Γ(x)Γ(−x) = −π/(x sin πx) for x < 0.
 *
 * @example
 * import { logGamma } from '@saddlepoint/numerics';
 * logGamma(0.5); // => 0.5723649429247001
 */
export function logGamma(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (!Number.isFinite(x)) return Infinity;
  if (x <= 0) {
    if (Number.isInteger(x)) return Infinity;
    const fraction = -x - Math.floor(-x);
    const sine = Math.sin(Math.PI * (fraction > 0.5 ? 1 - fraction : fraction));
    return Math.log(Math.PI / Math.abs(x * sine)) - logGamma(-x);
  }
  if (x < 1e-17) return -Math.log(x);
  if (x === 1 || x === 2) return 0;
  if (x < 2) return below2(x);
  if (x < 8) {
    const steps = Math.floor(x);
    const y = x - steps;
    let product = 1;
    for (let i = steps - 1; i >= 2; i--) product *= y + i;
    return 0.5 * y + (y * polynomial(S, y)) / polynomial(R, y) + Math.log(product);
  }
  const log = Math.log(x);
  if (x >= 2 ** 58) return x * (log - 1);
  return (x - 0.5) * (log - 1) + (STIRLING + stirlingSeries(x));
}
