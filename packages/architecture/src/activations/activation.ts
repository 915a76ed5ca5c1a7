/** A pointwise non-linearity φ with what the theories need to know about it. A record of functions and facts, no state. */
export interface Activation {
  /** The name that {@link resolveActivation} finds it by, parameters included: `relu`, `leakyRelu(0.1)`. */
  readonly name: string;
  /** φ(x). */
  readonly value: (x: number) => number;
  /** φ′(x), at a kink the mean of the one-sided limits; `null` when φ jumps (sign, step), so that no NTK exists. */
  readonly derivative: ((x: number) => number) | null;
  /** φ″(x), where it is a function. */
  readonly secondDerivative?: (x: number) => number;
  /** Closed form of E[φ(u)φ(v)], (u,v) ~ N(0, [[q1, c], [c, q2]]). */
  readonly dual?: Dual;
  /** Closed form of E[φ′(u)φ′(v)] under the same law. */
  readonly dualDerivative?: Dual;
  /** ∂E[φ(u)φ(v)]/∂q1 at fixed q2 and c; exchange the arguments for ∂/∂q2. (∂/∂c is `dualDerivative`, by Price's theorem.) */
  readonly dualVarianceSlope?: Dual;
  /** ∂E[φ′(u)φ′(v)]/∂q1 at fixed q2 and c. */
  readonly dualDerivativeVarianceSlope?: Dual;
  /** ∂E[φ′(u)φ′(v)]/∂c = E[φ″(u)φ″(v)]; may be Infinity at s = 0 when φ has kinks. */
  readonly dualSecondDerivative?: Dual;
  /** E[φ(u)²]E[φ(v)²] − E[φ(u)φ(v)]² ≥ 0, keeping its digits as the pair becomes parallel or antiparallel. */
  readonly dualDefect?: DualDefect;
  /** The compiled loop that forms E[φφ] and E[φ′φ′] of whole rows. */
  readonly vectorised?: VectorisedDual;
  /** p when φ(sx) = s^p φ(x) for every s > 0. */
  readonly homogeneity?: number;
  readonly parity?: 'even' | 'odd';
  /** φ is infinitely differentiable, so that quadrature and Hermite series converge fast. */
  readonly smooth: boolean;
  /** Where φ or one of its derivatives jumps; quadratures split there. Omitted when there is no such point. */
  readonly breakpoints?: readonly number[];
  /** φ(x) in LaTeX. */
  readonly latex: string;
}

/**
 * A Gaussian pair expectation as a function of two variances and their covariance, |c| ≤ √(q1 q2) up to rounding, q1, q2 ≥ 0.
 * `s` is √(q1 q2 − c²), for a caller who knows it better than (q1, q2, c) do; omitted, it is formed from them (`sineNorm`).
 * At zero variance the argument sits at 0, where a discontinuous function takes the mean of its one-sided limits.
 */
export type Dual = (q1: number, q2: number, c: number, s?: number) => number;

/**
 * A defect as a function of two variances, their covariance and sine norm. `difference` is q1 − q2, for a caller who knows it better than
 * the two doubles do.
 */
export type DualDefect = (q1: number, q2: number, c: number, s: number, difference?: number) => number;

/**
 * A compiled loop and its parameters: [α, β] of φ(x) = αx + β|x| for `piecewise-linear`, otherwise [amplitude, scale, offset] of
 * φ(x) = offset + amplitude·f(scale·x), f the function that names the loop.
 */
export interface VectorisedDual {
  readonly loop: 'piecewise-linear' | 'erf' | 'gelu' | 'sin' | 'cos' | 'exp' | 'gaussian';
  readonly parameters: readonly number[];
}

/** Named parameters of an activation in a network, such as `{ name: 'leakyRelu', slope: 0.1 }`. */
export interface ActivationObject {
  readonly name: string;
  readonly [parameter: string]: unknown;
}

/** How a network names its activation: `'erf'`, `'leakyRelu(0.1)'` or `{ name: 'leakyRelu', slope: 0.1 }`. */
export type ActivationSpec = string | ActivationObject;

/** An activation with numeric parameters: their names in order, their defaults, and the record for given values. */
export interface ActivationFamily {
  readonly parameters: Readonly<Record<string, number>>;
  readonly create: (...values: number[]) => Activation;
}
