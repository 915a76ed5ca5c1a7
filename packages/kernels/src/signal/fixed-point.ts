import { checkNumber, type Iterated } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { findRoot } from '@saddlepoint/numerics';
import { dualSeries } from '../series/dual-series.js';
import { slopeMoment, slopeOf, squareMoment, squareMomentSlope } from '../series/moments.js';

/** A homogeneous deep network, seen layer to layer. */
export interface LayerMap {
  readonly activation: Activation;
  readonly weightVariance: number;
  readonly biasVariance: number;
}

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
  readonly phase: 'ordered' | 'critical' | 'chaotic' | 'divergent';
}

/** Beyond this a variance counts as infinite. */
const HUGE = 1e12;

/**
 * One layer of the variance map, q ↦ σ_b² + σ_w²E[φ(√q z)²].
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { varianceMap } from '@saddlepoint/kernels';
 * varianceMap({ activation: activations.relu, weightVariance: 2, biasVariance: 0.1 }, 3); // => 3.1
 */
export function varianceMap({ activation, weightVariance, biasVariance }: LayerMap, q: number): number {
  return biasVariance + weightVariance * squareMoment(activation, checkNumber('variance', q, { min: 0 }));
}

/**
 * One layer of the correlation map at variance q, c ↦ (σ_b² + σ_w²E[φ(u)φ(v)])/(σ_b² + σ_w²E[φ(u)²]), Var u = Var v = q, correlation c.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { correlationMap } from '@saddlepoint/kernels';
 * correlationMap({ activation: activations.relu, weightVariance: 2, biasVariance: 0 }, 1, 0); // => 0.318310
 */
export function correlationMap(map: LayerMap, q: number, correlation: number): number {
  const { activation, weightVariance, biasVariance } = map;
  checkNumber('correlation', correlation, { min: -1, max: 1 });
  const dual = activation.dual ?? dualSeries(activation).dual;
  return (biasVariance + weightVariance * dual(q, q, correlation * q)) / varianceMap(map, q);
}

const decayDepth = (slope: number): number => (slope === 0 ? 0 : Math.abs(slope) >= 1 ? Infinity : -1 / Math.log(Math.abs(slope)));

/** q*, by a bracket on map(q) − q that starts positive and ends negative. */
function stableVariance(map: LayerMap): Iterated<number> {
  const excess = (q: number): number => varianceMap(map, q) - q;
  let low = 0;
  if (!(excess(0) > 0)) {
    // q = 0 is a fixed point: stable unless the map leaves it upwards.
    low = 1e-8;
    if (!(excess(low) > 1e-13 * low)) return { value: 0, status: 'converged', iterations: 0, residual: 0 };
  }
  let high = 1;
  while (high < HUGE && excess(high) >= 0) high *= 2;
  if (high >= HUGE) return { value: Infinity, status: 'diverged', iterations: 0, residual: excess(HUGE) };
  return findRoot(excess, [low, high], { tolerance: 1e-15 });
}

/** c* < 1 of a chaotic map: the zero of map(c) − c in [0, 1), which is positive at 0 and negative just below 1. */
function stableCorrelation(map: LayerMap, q: number): Iterated<number> {
  const dual = map.activation.dual ?? dualSeries(map.activation).dual;
  const scale = varianceMap(map, q);
  const excess = (c: number): number => (map.biasVariance + map.weightVariance * dual(q, q, c * q)) / scale - c;
  if (!(excess(0) > 0)) return { value: 0, status: 'converged', iterations: 0, residual: Math.abs(excess(0)) };
  let gap = 1e-2;
  while (gap > 1e-9 && !(excess(1 - gap) < 0)) gap /= 4;
  return excess(1 - gap) < 0 ? findRoot(excess, [0, 1 - gap], { tolerance: 1e-15 }) : { value: 1, status: 'converged', iterations: 0, residual: 0 };
}

/**
 * Fixed points of signal propagation in a deep network whose layers are alike: q* = σ_b² + σ_w²E[φ(√q* z)²], χ₁, the stable
 * correlation c* and the depths ξ_q = −1/ln(σ_w²E[φ′²+φφ″]), ξ_c = −1/ln(σ_w²E[φ′(u)φ′(v)]) over which signals are forgotten.
 *
 * The residual is that of q* and c* together. Where the variance map has several fixed points, one is returned; where every q is fixed
 * (relu, σ_w² = 2, no bias), q* = 0. `status` is
 * `'diverged'`, q* infinite and the rest null when the variance grows without bound (relu with σ_w² > 2).
 * Sources: 1606.05340; 1611.01232, eqs. 3–9.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { signalPropagation } from '@saddlepoint/kernels';
 * const { value } = signalPropagation({ activation: activations.erf, weightVariance: 4, biasVariance: 0.01 });
 * value.phase; // => 'chaotic'
 */
export function signalPropagation(map: LayerMap): Iterated<SignalPropagation> {
  const { activation, weightVariance } = map;
  checkNumber('weightVariance', weightVariance, { min: 0 });
  checkNumber('biasVariance', map.biasVariance, { min: 0 });
  slopeOf(activation);
  const settled = stableVariance(map);
  const q = settled.value;
  if (q === Infinity) {
    const none = { slope: null, varianceSlope: null, correlation: null, correlationSlope: null, varianceDepth: null, correlationDepth: null };
    return { ...settled, value: { variance: q, ...none, phase: 'divergent' } };
  }
  const slope = weightVariance * slopeMoment(activation, q);
  const varianceSlope = weightVariance * squareMomentSlope(activation, q);
  const critical = Math.abs(slope - 1) < 1e-12;
  const together = slope > 1 && !critical && q > 0 ? stableCorrelation(map, q) : { value: 1, status: 'converged' as const, iterations: 0, residual: 0 };
  const c = together.value;
  const slopeDual = activation.dualDerivative ?? dualSeries(activation).dualDerivative;
  const correlationSlope = c === 1 ? slope : weightVariance * slopeDual(q, q, c * q);
  return {
    value: {
      variance: q,
      slope,
      varianceSlope,
      correlation: q === 0 ? null : c,
      correlationSlope,
      varianceDepth: decayDepth(varianceSlope),
      correlationDepth: decayDepth(correlationSlope),
      phase: critical ? 'critical' : slope < 1 ? 'ordered' : 'chaotic',
    },
    status: settled.status === 'converged' ? together.status : settled.status,
    iterations: settled.iterations + together.iterations,
    residual: Math.max(settled.residual, together.residual),
  };
}

/**
 * The edge of chaos: the weight variance at which χ₁ = 1 at the fixed point q*, for a given bias variance.
 *
 * With q as parameter both conditions are explicit, σ_w² = 1/E[φ′²] and σ_b² = q − E[φ²]/E[φ′²]; the second is solved for q. At
 * σ_b² = 0 and φ(0) = 0 that is q = 0, σ_w² = 1/φ′(0)². `status` is `'diverged'` when no q up to 10¹² meets the bias variance.
 * Source: 1606.05340.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { edgeOfChaos } from '@saddlepoint/kernels';
 * edgeOfChaos(activations.tanh, 0).value.weightVariance; // => 1
 */
export function edgeOfChaos(activation: Activation, biasVariance: number): Iterated<{ readonly weightVariance: number; readonly variance: number }> {
  checkNumber('biasVariance', biasVariance, { min: 0 });
  const missing = (q: number): number => q - squareMoment(activation, q) / slopeMoment(activation, q) - biasVariance;
  const at = (q: number) => ({ weightVariance: 1 / slopeMoment(activation, q), variance: q });
  if (missing(0) >= 0) return { value: at(0), status: 'converged', iterations: 0, residual: missing(0) };
  let high = 1;
  while (high < HUGE && missing(high) < 0) high *= 2;
  if (high >= HUGE) return { value: at(high), status: 'diverged', iterations: 0, residual: missing(high) };
  const root = findRoot(missing, [0, high], { tolerance: 1e-15 });
  return { ...root, value: at(root.value) };
}
