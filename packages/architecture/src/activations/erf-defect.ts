import { geometricMean } from './gaussian-pair.js';
import { logNormRatio } from './norm-ratio.js';

const SCALE = 2 / Math.PI;

/** h(Y) = ln(atan(√Y)/√Y): h′ and h″, by series for small Y. */
function arctangentSlopes(Y: number): readonly [first: number, second: number] {
  let value = 0;
  let first = 0;
  let second = 0;
  if (Y < 0.04) {
    // atan(√Y)/√Y = Σ (−Y)^k/(2k+1)
    for (let k = 12; k >= 0; k--) {
      second = second * Y + 2 * first;
      first = first * Y + value;
      value = value * Y + (k % 2 === 0 ? 1 : -1) / (2 * k + 1);
    }
  } else {
    const y = Math.sqrt(Y);
    value = Math.atan(y) / y;
    first = (1 / (1 + Y) - value) / (2 * Y);
    second = (-1 / (1 + Y) ** 2 - 3 * first) / (2 * Y);
  }
  const ratio = first / value;
  return [ratio, second / value - ratio * ratio];
}

/** ∂²/∂t∂t′ ln E[erf(e^t z) erf(e^{t′} z)]: with S = 1+2q1+2q2 and Y = 4q1q2/S the expectation is (2/π) atan √Y. */
function mixed(q1: number, q2: number): number {
  const S = 1 + 2 * (q1 + q2);
  const Y = (4 * q1 * q2) / S;
  const a = 2 - (4 * q1) / S;
  const b = 2 - (4 * q2) / S;
  const cross = (16 * q1 * q2) / (S * S);
  const [first, second] = arctangentSlopes(Y);
  return 0.5 * cross + first * Y * (a * b + cross) + second * Y * Y * a * b;
}

/** asin(2q1/(1+2q1)) − asin(2q2/(1+2q2)). */
function normDifference(q1: number, q2: number, difference: number): number {
  const root1 = Math.sqrt(1 + 4 * q1);
  const root2 = Math.sqrt(1 + 4 * q2);
  // tan of the difference of atan(2q/√(1+4q)); its numerator 2q1√(1+4q2) − 2q2√(1+4q1) has the factor q1 − q2.
  const numerator = (2 * difference * (q1 + q2 + 4 * q1 * q2)) / (q1 * root2 + q2 * root1);
  return Math.atan2(numerator, root1 * root2 + 4 * q1 * q2);
}

interface Angles {
  /** √(α1α2) and α12 ≥ 0, α = (π/2)E[erf erf]. */
  readonly norm: number;
  readonly pair: number;
  /** √(α1α2) − α12, without cancellation. */
  readonly gap: number;
}

function angles(q1: number, q2: number, c: number, s: number, difference: number): Angles {
  const u = geometricMean(q1, q2);
  const size = Math.min(Math.abs(c), u);
  const parallelRoot = Math.sqrt(1 + 2 * (q1 + q2));
  const root = Math.sqrt(1 + 2 * (q1 + q2) + 4 * s * s);
  const parallel = Math.atan2(2 * u, parallelRoot);
  const pair = Math.atan2(2 * size, root);
  // The two angles differ by the arctangent of 2(u·root − |c|·parallelRoot) over their cosine, both times (1+2q1)(1+2q2).
  const product = (1 + 2 * q1) * (1 + 2 * q2);
  const turn = Math.atan2((2 * s * s * product) / (u * root + size * parallelRoot), parallelRoot * root + 4 * u * size);
  const norm = Math.sqrt(Math.atan2(2 * q1, Math.sqrt(1 + 4 * q1)) * Math.atan2(2 * q2, Math.sqrt(1 + 4 * q2)));
  const direct = norm - parallel;
  const careful = direct > 1e-3 * norm ? direct : parallel * Math.expm1(logNormRatio(mixed, q1, q2, difference));
  return { norm, pair, gap: turn + (difference === 0 ? 0 : careful) };
}

/** E[erf(u)²]E[erf(v)²] − E[erf(u)erf(v)]², to full relative precision. */
export function erfDefect(q1: number, q2: number, c: number, s: number, difference: number = q1 - q2): number {
  if (q1 === 0 || q2 === 0) return 0;
  const { norm, pair, gap } = angles(q1, q2, c, s, difference);
  return SCALE * SCALE * gap * (norm + pair);
}

/** E[(erf(u) − erf(v))²], to full relative precision. */
export function erfSpread(q1: number, q2: number, c: number, s: number, difference: number): number {
  const alpha = (q: number): number => Math.atan2(2 * q, Math.sqrt(1 + 4 * q));
  if (q1 === 0 || q2 === 0) return SCALE * (alpha(q1) + alpha(q2));
  const { pair, gap } = angles(q1, q2, c, s, difference);
  if (c < 0) return SCALE * (alpha(q1) + alpha(q2) + 2 * pair);
  const roots = normDifference(q1, q2, difference) / (Math.sqrt(alpha(q1)) + Math.sqrt(alpha(q2)));
  return SCALE * (roots * roots + 2 * gap);
}
