import { polynomial } from './polynomial.js';

// ψ(x) = (x − x₀)(1 + P(x−1)/Q(x−1)) on [1, 2], x₀ the zero in three parts: rational interpolation at Chebyshev nodes, error 1e-18
// (tools/references/numerics/digamma.py).
const P = [0.2503801375034054, -0.30957408825968885, -0.6919409437403516, -0.35473150019898825, -0.07115493979151359, -0.005519862186036254, -0.00011934204387003062];
const Q = [1, 2.1771665986671342, 1.6630736963665909, 0.5710455727133128, 0.09111902253303285, 0.006100975692434821, 0.00012043151172286901];
const ZERO = 1.4616321325302124;
const ZERO_MIDDLE = 1.2438149843418955e-08;
const ZERO_LOW = 9.549995429965697e-17;
/** B_{2k}/2k. */
const TAIL = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

/**
 * The digamma function ψ(x) = Γ′(x)/Γ(x); NaN at 0 and the negative integers.
 *
 * Method: a rational function about the zero 1.4616… on [1, 2], the recurrence up to 10, the asymptotic series above, reflection below 0.
 *
 * @example
 * import { digamma } from '@saddlepoint/numerics';
 * digamma(1); // => -0.5772156649015329
 */
export function digamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  }
  if (x >= 10) {
    const z = 1 / (x * x);
    return Math.log(x) - 0.5 / x - z * polynomial(TAIL, z);
  }
  if (x < 1) return digamma12(x + 1) - 1 / x;
  let y = x;
  let sum = 0;
  while (y > 2) {
    y -= 1;
    sum += 1 / y;
  }
  return sum + digamma12(y);
}

function digamma12(x: number): number {
  const distance = x - ZERO - ZERO_MIDDLE - ZERO_LOW;
  return distance + distance * (polynomial(P, x - 1) / polynomial(Q, x - 1));
}
