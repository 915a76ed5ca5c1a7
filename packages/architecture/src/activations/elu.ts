import type { Activation } from './activation.js';
import { geometricMean, sineNorm } from './gaussian-pair.js';
import { parallelMoment, tail, tailRemainder } from './elu-moments.js';
import { integrateShort } from './norm-ratio.js';

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** e^{−x} − 1 + x */
function expRemainder(x: number): number {
  if (Math.abs(x) > 0.5) return Math.expm1(-x) + x;
  let sum = 0;
  for (let n = 17; n >= 2; n--) sum = (1 - sum * x) / n;
  return x * x * sum;
}

/** Gaussian expectations at a place to integrate from. */
interface Start {
  /** E[φφ], E[φ′φ′] */
  readonly value: number;
  readonly slope: number;
  /** W = E[e^{u+v}; u, v < 0] */
  readonly corner: number;
  /** V = E[e^u φ(v); u < 0] and Y = E[e^u φ′(v); u < 0] */
  readonly cross: number;
  readonly crossSlope: number;
}

/** c = √(q1 q2): one variable. */
function parallelStart(alpha: number, r1: number, r2: number): Start {
  const corner = 0.5 * tail(r1 + r2);
  return {
    value: 0.5 * r1 * r2 + alpha * alpha * parallelMoment(r1, r2),
    slope: 0.5 + alpha * alpha * corner,
    corner,
    cross: alpha * (corner - 0.5 * tail(r1)),
    crossSlope: alpha * corner,
  };
}

/** E[φ], E[φ′], E[e^u; u < 0] of one variable. */
function means(alpha: number, r: number): { readonly value: number; readonly slope: number; readonly corner: number } {
  const corner = 0.5 * tail(r);
  return { value: ((1 - alpha) * r) / SQRT_TWO_PI + 0.5 * alpha * tailRemainder(r), slope: 0.5 + alpha * corner, corner };
}

/** c = 0: two independent variables. */
function independentStart(alpha: number, r1: number, r2: number): Start {
  const a = means(alpha, r1);
  const b = means(alpha, r2);
  return { value: a.value * b.value, slope: a.slope * b.slope, corner: a.corner * b.corner, cross: a.corner * b.value, crossSlope: a.corner * b.slope };
}

/** p√(π/2)·erfcx(p/√2), between 0 and 1: 2πs times the density of one variable at 0 with E[e^v; v < 0] of the other. */
const edge = (p: number): number => p * (SQRT_TWO_PI / 2) * tail(p);

/** f(x, s, g1, g2) on the way from the start to c: x = t − c at covariance t with sine norm s and edges g. */
type Integrand = (x: number, s: number, g1: number, g2: number) => number;

/**
 * The expectations of ELU at (q1, q2, c), q1, q2 > 0. By Price's theorem they obey differential equations in c with elementary coefficients,
 * dW/dc = W + w, d E[φ′φ′]/dc = J + α²W, d E[φφ]/dc = E[φ′φ′], where with the edges g_i = {@link edge}(s/√q_i)
 * 2πs·w = 1 − g_1 − g_2 and 2πs·J = (1−α)² + α(1−α)(g_1 + g_2). They are integrated in closed form from the nearer of c = 0 and ρ = 1,
 * which leaves one integral over the angle of a smooth function: no cancellation as ρ → 1, and none at small variances.
 */
function eluPair(alpha: number, q1: number, q2: number, c: number, s: number) {
  const r1 = Math.sqrt(q1);
  const r2 = Math.sqrt(q2);
  const u = geometricMean(q1, q2);
  const square = alpha * alpha;
  const fromParallel = c > 0.5 * u || c > 1;
  const start = fromParallel ? parallelStart(alpha, r1, r2) : independentStart(alpha, r1, r2);
  const startAngle = fromParallel ? 0 : Math.PI / 2;
  const angle = Math.atan2(s, c);
  /** Start less c. */
  const gap = fromParallel ? (s * s) / (u + c) : -c;
  const integral = (f: Integrand): number => {
    const integrand = (tau: number): number => {
      const sine = u * Math.sin(tau);
      // u cos τ − c = 2u sin((τ+θ)/2) sin((θ−τ)/2)
      const x = 2 * u * Math.sin(0.5 * (tau + angle)) * Math.sin(0.5 * (angle - tau));
      return f(x, sine, edge(sine / r1), edge(sine / r2));
    };
    // The edges vary over angles of 1/r near τ = 0, and e^{−x} over a few units of x near τ = θ: panels no wider than that, growing away.
    const narrow = 1 / Math.max(r1, r2, 0.6);
    const near = 2 / (u * Math.max(Math.sin(angle), 1 / Math.sqrt(u)));
    const direction = Math.sign(startAngle - angle);
    let done = 0;
    let sum = 0;
    for (const all = Math.abs(startAngle - angle); done < all; ) {
      const from = angle + direction * done;
      const width = Math.min(all - done, Math.max(near, 0.7 * done), Math.max(narrow, 0.7 * Math.sin(from)));
      sum += integrateShort(integrand, from, direction * width);
      done = width === all - done ? all : done + width;
    }
    return sum / (2 * Math.PI);
  };
  const jumps = (g1: number, g2: number): number => (1 - alpha) ** 2 + alpha * (1 - alpha) * (g1 + g2);
  const crossJumps = (g1: number, g2: number): number => (1 - alpha) * (g2 - 1) - alpha * g1;
  return {
    value: () => start.value - gap * start.slope + square * expRemainder(gap) * start.corner
      + integral((x, _s, g1, g2) => -x * jumps(g1, g2) + square * expRemainder(x) * (1 - g1 - g2)),
    slope: () => start.slope + square * Math.expm1(-gap) * start.corner + integral((x, _s, g1, g2) => jumps(g1, g2) + square * Math.expm1(-x) * (1 - g1 - g2)),
    /** E[φ″φ″] = J + α²W. */
    second: () => (alpha === 1 ? 0 : jumps(edge(s / r1), edge(s / r2)) / (2 * Math.PI * s))
      + square * (Math.exp(-gap) * start.corner + integral((x, _s, g1, g2) => Math.exp(-x) * (1 - g1 - g2))),
    cross: () => start.cross - gap * start.crossSlope + alpha * expRemainder(gap) * start.corner
      + integral((x, sine, g1, g2) => -x * crossJumps(g1, g2) + alpha * expRemainder(x) * (1 - g1 - g2) - SQRT_TWO_PI * (sine / r1) * means(alpha, sine / r1).slope),
    crossSlope: () => start.crossSlope + alpha * Math.expm1(-gap) * start.corner + integral((x, _s, g1, g2) => crossJumps(g1, g2) + alpha * Math.expm1(-x) * (1 - g1 - g2)),
  };
}

/**
 * φ(x) = x for x > 0, `alpha`(eˣ − 1) below. φ′ is continuous only at alpha = 1; φ″ always jumps at 0.
 *
 * @example
 * import { elu } from '@saddlepoint/architecture';
 * elu(1).value(-1); // => -0.6321206
 */
export function elu(alpha = 1): Activation {
  const middle = 0.5 * (1 + alpha);
  const at = (q1: number, q2: number, c: number, s = sineNorm(q1, q2, c)) => eluPair(alpha, q1, q2, c, s);
  return {
    name: `elu(${alpha})`,
    value: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x) => (x > 0 ? 1 : x < 0 ? alpha * Math.exp(x) : middle),
    secondDerivative: (x) => (x > 0 ? 0 : x < 0 ? alpha * Math.exp(x) : 0.5 * alpha),
    dual: (q1, q2, c, s) => (q1 === 0 || q2 === 0 ? 0 : at(q1, q2, c, s).value()),
    dualDerivative: (q1, q2, c, s) => {
      if (q1 === 0 || q2 === 0) return (q1 === 0 ? middle : means(alpha, Math.sqrt(q1)).slope) * (q2 === 0 ? middle : means(alpha, Math.sqrt(q2)).slope);
      return at(q1, q2, c, s).slope();
    },
    // ½E[φ″(u)φ(v)], φ″ = (1−α)δ + αeˣ for x < 0
    dualVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => {
      if (q1 === 0 || q2 === 0) return 0;
      const r1 = Math.sqrt(q1);
      return 0.5 * (((1 - alpha) / (r1 * SQRT_TWO_PI)) * means(alpha, s / r1).value + alpha * at(q1, q2, c, s).cross());
    },
    // ½E[φ‴(u)φ′(v)], φ‴ = (1−α)δ′ − αδ + αeˣ for x < 0
    dualDerivativeVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => {
      if (q1 === 0 || q2 === 0) return 0;
      const r1 = Math.sqrt(q1);
      const spread = s / r1;
      const kink = alpha === 1 || c === 0 ? 0 : (1 - alpha) * (c / q1) * ((1 - alpha) / (spread * SQRT_TWO_PI) + 0.5 * alpha * tail(spread));
      return 0.5 * (alpha * at(q1, q2, c, s).crossSlope() - (kink + alpha * means(alpha, spread).slope) / (r1 * SQRT_TWO_PI));
    },
    dualSecondDerivative: (q1, q2, c, s = sineNorm(q1, q2, c)) => (q1 === 0 || q2 === 0 ? 0 : at(q1, q2, c, s).second()),
    smooth: false,
    breakpoints: [0],
    latex: `x\\,\\mathbf{1}_{x>0}+${alpha}(e^x-1)\\,\\mathbf{1}_{x\\le 0}`,
  };
}
