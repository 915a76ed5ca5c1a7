/**
 * What is carried for every pair: the covariance c, the sine norm s = √(q1q2 − c²) when asked for, Θ as t when asked for, and the
 * derivatives of c and of t in each of the plan's parameters. Each is an array of the same length, one after the other.
 */
export interface Fields {
  /** Index of s, −1 when not carried. */
  readonly s: number;
  /** Index of t, −1 when not carried. */
  readonly t: number;
  readonly parameters: number;
  readonly count: number;
  /** Index of ∂c/∂θ_j. */
  readonly dc: (j: number) => number;
  /** Index of ∂t/∂θ_j. */
  readonly dt: (j: number) => number;
  /** Indices of all the fields on which layers act linearly: all but s. */
  readonly linear: readonly number[];
}

export function fieldsOf(sine: boolean, ntk: boolean, parameters: number): Fields {
  const s = sine ? 1 : -1;
  const t = ntk ? (sine ? 2 : 1) : -1;
  const first = 1 + (sine ? 1 : 0) + (ntk ? 1 : 0);
  const count = first + parameters * (ntk ? 2 : 1);
  const linear = Array.from({ length: count }, (_, k) => k).filter((k) => k !== s);
  return { s, t, parameters, count, dc: (j) => first + j, dt: (j) => first + parameters + j, linear };
}
