import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import { angleOf, gapAfterLayer } from './angle-map.js';
import type { SeriesOptions } from '../series/hermite-table.js';
import { checkMap, precise, varianceMap, type LayerMap } from './layer-map.js';
import { expectAt, slopeAt, slopeOf } from './variance-moments.js';

/** Variance and correlation of two inputs of equal norm at layers 1 … depth (pre-activations). */
export interface SignalTrajectory {
  readonly variances: Float64Array;
  /** 1 − c_l, to full relative precision. */
  readonly gaps: Float64Array;
}

export interface TrajectoryOptions {
  /** Number of layers of pre-activations returned, ≥ 1. */
  readonly depth: number;
  /** |x|²/d of both inputs. Default 1. */
  readonly inputVariance?: number;
  /** 1 − cos of the angle between the inputs, from 0 to 2. Default 1 (orthogonal inputs). */
  readonly inputGap?: number;
}

/**
 * The variance and the correlation of two inputs layer by layer, q¹ = σ_b² + σ_w²|x|²/d: what fixed points and depth scales summarise. The
 * gap 1 − c is propagated itself, 1 − c′ = σ_w²(q/q′)∫₀^θE[φ′φ′] sin t dt, so that 10⁻³⁰ is as exact as ½. Stops with an error when the variance overflows.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { signalTrajectory } from '@saddlepoint/kernels';
 * const { gaps } = signalTrajectory({ activation: activations.relu, weightVariance: 2, biasVariance: 0 }, { depth: 3 });
 * Array.from(gaps); // => [1, 0.681690, 0.506269]
 */
export function signalTrajectory(map: LayerMap, options: TrajectoryOptions): SignalTrajectory {
  return trajectoryWith(map, options, precise);
}

/** {@link signalTrajectory} with activations expanded as told. */
export function trajectoryWith(map: LayerMap, { depth, inputVariance = 1, inputGap = 1 }: TrajectoryOptions, series: SeriesOptions): SignalTrajectory {
  checkMap(map);
  checkInteger('depth', depth, { min: 1 });
  checkNumber('inputVariance', inputVariance, { min: 0 });
  checkNumber('inputGap', inputGap, { min: 0, max: 2 });
  slopeOf(map.activation);
  const variances = new Float64Array(depth);
  const gaps = new Float64Array(depth);
  variances[0] = map.biasVariance + map.weightVariance * inputVariance;
  gaps[0] = variances[0] === 0 ? 0 : (map.weightVariance * inputVariance * inputGap) / variances[0];
  for (let l = 1; l < depth; l++) {
    const q = variances[l - 1];
    const next = varianceMap(map, q);
    if (!Number.isFinite(next)) throw new SaddlepointRangeError('ERR_NOT_FINITE', { argument: 'map', expected: 'a variance that stays within double range (a smaller weightVariance or depth)', got: `an overflow at layer ${l + 1}` });
    variances[l] = next;
    gaps[l] = q === 0 || next === 0 ? 0 : Math.min(2, (gapAfterLayer(map, q, series)(angleOf(gaps[l - 1])) * q) / next);
  }
  return { variances, gaps };
}

/** How the gap of correlation closes on the edge of chaos: 1 − c_l → prefactor/l^exponent. */
export interface CriticalLaw {
  readonly exponent: 1 | 2;
  readonly prefactor: number;
}

/**
 * The algebraic law of a critical network (χ₁ = 1) at variance q*: with kinks of φ (jumps J_b of φ′ at b) 1 − c_l → 9/(2κ²l²),
 * κ = σ_w²ΣJ_b²e^{−b²/2q*}/2π, so 9π²/2l² for relu; for differentiable φ 1 − c_l → 2/(σ_w²q*E[φ″²]l).
 *
 * Null for a linear network, which keeps every correlation. φ″ is taken from the record, or by differences of φ′.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { criticalLaw } from '@saddlepoint/kernels';
 * criticalLaw({ activation: activations.relu, weightVariance: 2, biasVariance: 0 }, 1); // => { exponent: 2, prefactor: 44.41322 }
 */
export function criticalLaw(map: LayerMap, variance: number): CriticalLaw | null {
  checkMap(map);
  checkNumber('variance', variance, { min: 0, exclusiveMin: true });
  const { activation, weightVariance } = map;
  const derivative = slopeOf(activation);
  const critical = weightVariance * slopeAt(activation, variance);
  if (Math.abs(critical - 1) > 1e-6) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'weightVariance', expected: `a critical one (χ₁ = 1) at this variance`, got: `χ₁ = ${critical}` });
  const jumpAt = (b: number): number => derivative(b + 1e-9 * (1 + Math.abs(b))) - derivative(b - 1e-9 * (1 + Math.abs(b)));
  const jumps = (activation.breakpoints ?? []).map((b) => ({ b, jump: jumpAt(b) })).filter(({ jump }) => Math.abs(jump) > 1e-6);
  if (jumps.length > 0) {
    const kappa = (weightVariance / (2 * Math.PI)) * jumps.reduce((sum, { b, jump }) => sum + jump * jump * Math.exp(-(b * b) / (2 * variance)), 0);
    return { exponent: 2, prefactor: 9 / (2 * kappa * kappa) };
  }
  const step = 1e-4;
  const second = activation.secondDerivative ?? ((x: number) => (8 * (derivative(x + step) - derivative(x - step)) - (derivative(x + 2 * step) - derivative(x - 2 * step))) / (12 * step));
  const curvature = expectAt(activation, variance, (x) => second(x) ** 2);
  return curvature === 0 ? null : { exponent: 1, prefactor: 2 / (weightVariance * variance * curvature) };
}

