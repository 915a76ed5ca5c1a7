import { checkNumber, type Iterated } from '@saddlepoint/core';
import { correlationRoots, CRITICAL, decayDepth, type CorrelationFixedPoint } from './correlation-roots.js';
import type { SeriesOptions } from '../series/hermite-table.js';
import { checkMap, precise, varianceMap, type LayerMap } from './layer-map.js';
import { slopeAt, slopeOf, squareSlopeAt } from './variance-moments.js';
import { varianceRoots, type VarianceRoot, type VarianceRoots } from './variance-roots.js';

export type Phase = 'ordered' | 'critical' | 'chaotic' | 'divergent';

/** How signals settle in a deep network: the stable fixed points of the variance and correlation maps. */
export interface SignalPropagation {
  /** q*: the variance that layers settle at; Infinity when it grows without bound. */
  readonly variance: number;
  /** χ₁ = σ_w²E[φ′(√q* z)²]: growth of a small angle and of gradients per layer; 1 on the edge of chaos. Null when q* is infinite. */
  readonly slope: number | null;
  /** Slope of the variance map at q*, χ₁ + σ_w²E[φφ″]. */
  readonly varianceSlope: number | null;
  /** c*: the correlation that two inputs settle at; 1 in the ordered phase, null at q* = 0. */
  readonly correlation: number | null;
  /** χ_c = σ_w²E[φ′(u)φ′(v)] at c*. */
  readonly correlationSlope: number | null;
  /** ξ_q = −1/ln|varianceSlope|, in layers; Infinity at criticality. */
  readonly varianceDepth: number | null;
  /** ξ_c = −1/ln χ_c, in layers. */
  readonly correlationDepth: number | null;
  /** −1/ln χ₁, in layers: squared gradients change by e^{−1} over it. Positive where they vanish, negative where they explode, Infinity on the edge of chaos. */
  readonly gradientDepth: number | null;
  readonly phase: Phase;
}

/** A fixed point of the variance map with what happens to correlations there. */
export interface VarianceFixedPoint {
  readonly variance: number;
  readonly stability: VarianceRoot['stability'];
  /** χ₁; Infinity for a φ that jumps. */
  readonly slope: number;
  /** χ_q ≥ −½: no activation makes the variance oscillate. */
  readonly varianceSlope: number;
  /** ξ_q. */
  readonly varianceDepth: number;
  /** See {@link SignalPropagation.gradientDepth}; 0 for a φ that jumps. */
  readonly gradientDepth: number;
  readonly phase: Exclude<Phase, 'divergent'>;
  /** All fixed points of the correlation map at this variance, ascending; none at variance 0. */
  readonly correlations: readonly CorrelationFixedPoint[];
}

/** All fixed points of a deep network's maps. */
export interface FixedPoints {
  /** Ascending in the variance. */
  readonly points: readonly VarianceFixedPoint[];
  /** Every variance is fixed; `points` then holds the one that `inputVariance` gives. */
  readonly line: boolean;
  /** Variances above the largest fixed point grow without bound. */
  readonly divergent: boolean;
}

export interface SignalOptions {
  /** |x|²/d of the inputs, which decides where a bistable map settles. Default 1. */
  readonly inputVariance?: number;
}

const gradientDepthOf = (slope: number): number => (Math.abs(slope - 1) < CRITICAL ? Infinity : slope === 0 ? 0 : -1 / Math.log(slope) || 0);

const phaseOf = (slope: number): Exclude<Phase, 'divergent'> => (Math.abs(slope - 1) < CRITICAL ? 'critical' : slope < 1 ? 'ordered' : 'chaotic');

function pointAt(map: LayerMap, { variance, stability }: VarianceRoot, series: SeriesOptions = precise): VarianceFixedPoint {
  const slope = map.weightVariance === 0 ? 0 : map.weightVariance * slopeAt(map.activation, variance);
  const varianceSlope = map.weightVariance === 0 ? 0 : map.weightVariance * squareSlopeAt(map.activation, variance);
  return {
    variance,
    stability,
    slope,
    varianceSlope,
    varianceDepth: stability === 'marginal' ? Infinity : decayDepth(varianceSlope),
    gradientDepth: gradientDepthOf(slope),
    phase: phaseOf(slope),
    correlations: variance === 0 ? [] : correlationRoots(map, variance, series),
  };
}

const firstVariance = ({ weightVariance, biasVariance }: LayerMap, inputVariance: number): number => biasVariance + weightVariance * inputVariance;

/**
 * All fixed points of the variance map q ↦ σ_b² + σ_w²E[φ(√q z)²], stable or not, and at each all those of the correlation map with their
 * slopes and depths.
 *
 * Pairs of fixed points closer than 10⁻⁷ relative are reported as one, `marginal`; variances are looked for up to 10¹². Where every variance is fixed
 * (relu, σ_w² = 2, no bias) `line` is true. A φ that jumps has infinite χ₁.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { signalFixedPoints } from '@saddlepoint/kernels';
 * // Bistable: x³ dies out below q* = 1/√(15σ_w²) and explodes above.
 * const { points, divergent } = signalFixedPoints({ activation: activations.cubic, weightVariance: 1 / 15, biasVariance: 0 });
 * points.map((p) => [p.variance, p.stability]); // => [[0, 'stable'], [1, 'unstable']]
 * divergent; // => true
 * points[1].correlations.map((c) => c.correlation); // => [-1, 0, 1]
 */
export function signalFixedPoints(map: LayerMap, { inputVariance = 1 }: SignalOptions = {}): FixedPoints {
  checkMap(map);
  checkNumber('inputVariance', inputVariance, { min: 0 });
  const { roots, line, divergent } = varianceRoots(map);
  if (line) return { points: [pointAt(map, { variance: firstVariance(map, inputVariance), stability: 'marginal', iterations: 0, residual: 0 })], line, divergent };
  return { points: roots.map((root) => pointAt(map, root)), line, divergent };
}

/** Where the variance settles from `start`; null when it diverges. */
export function settledRoot(map: LayerMap, { roots, line, divergent }: VarianceRoots, start: number): VarianceRoot | null {
  const still = { stability: 'marginal', iterations: 0, residual: 0 } as const;
  if (line) return { variance: start, ...still };
  const rising = varianceMap(map, start) - start;
  const at = roots.find((root) => Math.abs(root.variance - start) <= 1e-12 * start);
  if (at !== undefined) return at;
  // The map leaves `start` towards the next fixed point on that side.
  const above = roots.find((root) => root.variance > start);
  const below = roots.filter((root) => root.variance < start).at(-1);
  if (rising > 0) return above ?? (divergent ? null : (below ?? null));
  return below ?? above ?? null;
}

/**
 * Where signals settle in a deep network whose layers are alike: q* = σ_b² + σ_w²E[φ(√q* z)²], χ₁, the stable
 * correlation c* and the depths ξ_q = −1/ln(σ_w²E[φ′²+φφ″]), ξ_c = −1/ln(σ_w²E[φ′(u)φ′(v)]) over which signals are forgotten.
 *
 * Where the variance map has several fixed points ({@link signalFixedPoints} lists them), the one reached from `inputVariance` is
 * returned; where every q is fixed (relu, σ_w² = 2, no bias), the first layer's. The residual is |map(q*) − q*|. `status` is
 * `'diverged'`, q* infinite and the rest null when the variance grows without bound (relu with σ_w² > 2).
 * Sources: 1606.05340; 1611.01232, eqs. 3–9.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { signalPropagation } from '@saddlepoint/kernels';
 * const { value } = signalPropagation({ activation: activations.erf, weightVariance: 4, biasVariance: 0.01 });
 * value.phase; // => 'chaotic'
 */
export function signalPropagation(map: LayerMap, options: SignalOptions = {}): Iterated<SignalPropagation> {
  return propagationWith(map, options, precise);
}

/** {@link signalPropagation} with activations expanded as told. */
export function propagationWith(map: LayerMap, { inputVariance = 1 }: SignalOptions, series: SeriesOptions): Iterated<SignalPropagation> {
  checkMap(map);
  checkNumber('inputVariance', inputVariance, { min: 0 });
  slopeOf(map.activation);
  const root = settledRoot(map, varianceRoots(map), firstVariance(map, inputVariance));
  if (root === null) {
    const none = { slope: null, varianceSlope: null, correlation: null, correlationSlope: null, varianceDepth: null, correlationDepth: null, gradientDepth: null };
    return { value: { variance: Infinity, ...none, phase: 'divergent' }, status: 'diverged', iterations: 0, residual: Infinity };
  }
  const { variance, slope, varianceSlope, varianceDepth, gradientDepth, phase, correlations } = pointAt(map, root, series);
  const settled = correlations.find((c) => c.stability === 'stable') ?? correlations.at(-1);
  return {
    value: {
      variance,
      slope,
      varianceSlope,
      correlation: settled?.correlation ?? null,
      correlationSlope: settled?.slope ?? slope,
      varianceDepth,
      correlationDepth: settled?.depth ?? decayDepth(slope),
      gradientDepth,
      phase,
    },
    status: 'converged',
    iterations: root.iterations,
    residual: root.residual,
  };
}
