import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { logspace } from '@saddlepoint/numerics';
import { decayDepth } from './correlation-roots.js';
import { widthFluctuations } from './finite-width.js';
import { edgeOfChaosCurve } from './edge-of-chaos.js';
import { quick } from './layer-map.js';
import { settledRoot } from './propagation.js';
import { trajectoryWith } from './trajectory.js';
import { slopeAt, slopeOf, squareAt, squareSlopeAt } from './variance-moments.js';
import { varianceRoots } from './variance-roots.js';

export interface InitialisationOptions {
  /** Hidden layers of the network, ≥ 1. */
  readonly depth: number;
  /** |x|²/d of the inputs. Default 1. */
  readonly inputVariance?: number;
  /** Relative variance of the NTK over initialisations that the width should keep to. Default 0.1. */
  readonly fluctuation?: number;
  /** Largest bias variance considered. Default 1. */
  readonly maximumBiasVariance?: number;
}

/** A recommended initialisation, and why. */
export interface Initialisation {
  readonly weightVariance: number;
  readonly biasVariance: number;
  /** Equal hidden widths that keep the relative variance of Θ̂(x, x), to first order in 1/N, at `fluctuation`. */
  readonly width: number;
  /** True on the edge of chaos; false when the activation has none with a stable variance, and the longest memory is recommended instead. */
  readonly critical: boolean;
  /** q* that the layers are started at or settle at; 0 where the variance dies out slowly. */
  readonly variance: number;
  /** χ₁ at q*: gradients keep their size when it is 1. */
  readonly slope: number;
  /** χ_q at q*. */
  readonly varianceSlope: number;
  /** ξ_c; Infinity on the edge of chaos. */
  readonly correlationDepth: number;
  /** q at the output relative to the first layer's. */
  readonly varianceRatio: number;
  /** 1 − c of two orthogonal inputs at the output layer, of 1 at the input: what the depth leaves of their difference. */
  readonly gap: number;
  /** L/N at the recommended width. */
  readonly depthToWidth: number;
  /** Relative variance of the kernel and of the NTK over initialisations at that width. */
  readonly kernelVariance: number;
  readonly ntkVariance: number;
}

interface Candidate {
  readonly weightVariance: number;
  readonly biasVariance: number;
  readonly variance: number;
}

/** Without bias at σ_w² = 1/φ′(0)², where that is critical and the variance does not grow from there: q = 0 attracts, or every q is fixed. */
function withoutBias(activation: Activation, inputVariance: number): Candidate | null {
  const slope = slopeAt(activation, 0);
  if (activation.value(0) !== 0 || slope === 0) return null;
  const weightVariance = 1 / slope;
  const growth = (q: number): number => (weightVariance * squareAt(activation, q)) / q;
  if ([1e-4, 0.01, 0.1, 1].some((part) => growth(part * inputVariance) > 1 + 1e-12)) return null;
  return { weightVariance, biasVariance: 0, variance: growth(inputVariance) > 1 - 1e-12 ? weightVariance * inputVariance : 0 };
}

/** On the edge of chaos, where the variance is stable and reached from the input. */
function onTheEdge(activation: Activation, inputVariance: number, maximumBias: number): Candidate[] {
  const { branches } = edgeOfChaosCurve(activation, { maximumBiasVariance: maximumBias, points: 25 });
  return branches.flat().filter((p) => p.variance > 1e-6 && p.varianceSlope < 1 - 1e-9 && settlesAt(activation, p, inputVariance));
}

/** Below the edge: χ₁ as near to 1 as a stable variance, χ_q ≤ 0.9, and σ_b² ≥ 0 allow. */
function belowTheEdge(activation: Activation, inputVariance: number, maximumBias: number): Candidate[] {
  const at = (q: number): Candidate & { readonly slope: number } => {
    const [square, slope, squareSlope] = [squareAt(activation, q), slopeAt(activation, q), squareSlopeAt(activation, q)];
    const weightVariance = Math.min(1 / slope, q / square, squareSlope > 0 ? 0.9 / squareSlope : Infinity);
    return { weightVariance, biasVariance: Math.max(0, q - weightVariance * square), variance: q, slope: weightVariance * slope };
  };
  const stable = Array.from(logspace(1e-3, 1e3, 61), at).filter((p) => p.biasVariance <= maximumBias && Number.isFinite(p.weightVariance) && settlesAt(activation, p, inputVariance));
  return stable.sort((a, b) => b.slope - a.slope).slice(0, 1);
}

/** Whether the variance goes from the input to the fixed point, not elsewhere. */
function settlesAt(activation: Activation, { weightVariance, biasVariance, variance }: Candidate, inputVariance: number): boolean {
  const map = { activation, weightVariance, biasVariance };
  const root = settledRoot(map, varianceRoots(map), biasVariance + weightVariance * inputVariance);
  return root !== null && Math.abs(root.variance - variance) < 1e-3 * variance;
}

function candidates(activation: Activation, inputVariance: number, maximumBias: number): { readonly list: readonly Candidate[]; readonly critical: boolean } {
  const free = withoutBias(activation, inputVariance);
  // Where small signals pass unchanged nothing on the rest of the edge keeps more; kinked φ have no rest.
  if (free !== null) return { list: [free], critical: true };
  const edge = onTheEdge(activation, inputVariance, maximumBias);
  return edge.length > 0 ? { list: edge, critical: true } : { list: belowTheEdge(activation, inputVariance, maximumBias), critical: false };
}

/**
 * An initialisation for a deep network of one activation: weight and bias variances on the edge of chaos (χ₁ = 1, so that gradients neither vanish nor
 * explode) with a variance that does not grow; of those the one that leaves most of the difference between two orthogonal inputs after `depth` layers;
 * and a width for which one random network is close to the infinite one. The result holds the numbers that say why.
 *
 * Criticality: 1606.05340, 1611.01232; widths: 2106.10165. Where an activation has no critical point with a stable variance (exp, softplus) the
 * nearest is returned with `critical: false`.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { recommendInitialisation } from '@saddlepoint/kernels';
 * const { weightVariance, biasVariance, critical } = recommendInitialisation(activations.relu, { depth: 20 });
 * [weightVariance, biasVariance, critical]; // => [2, 0, true]
 */
export function recommendInitialisation(activation: Activation, options: InitialisationOptions): Initialisation {
  const depth = checkInteger('depth', options.depth, { min: 1 });
  const inputVariance = checkNumber('inputVariance', options.inputVariance ?? 1, { min: 0, exclusiveMin: true });
  const fluctuation = checkNumber('fluctuation', options.fluctuation ?? 0.1, { min: 0, exclusiveMin: true });
  const maximumBias = checkNumber('maximumBiasVariance', options.maximumBiasVariance ?? 1, { min: 0, exclusiveMin: true });
  slopeOf(activation);
  const { list, critical } = candidates(activation, inputVariance, maximumBias);
  if (list.length === 0)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'one whose variance can be kept finite from this inputVariance (try a smaller one)', got: activation.name });
  // Orthogonal inputs, and their difference layer by layer; the output is layer depth + 1.
  const tried = list.map((one) => {
    const { variances, gaps } = trajectoryWith({ activation, ...one }, { depth: depth + 1, inputVariance }, quick);
    return { ...one, varianceRatio: variances[depth] / variances[0], gap: gaps[depth] };
  });
  const best = tried.reduce((a, b) => (b.gap > a.gap * (1 + 1e-9) ? b : a));
  const map = { activation, weightVariance: best.weightVariance, biasVariance: best.biasVariance };
  const at = (width: number) => widthFluctuations(map, { widths: Array.from({ length: depth }, () => width), inputVariance });
  const unit = at(1);
  const width = Math.max(1, Math.ceil(unit.ntkVariance[depth] / fluctuation));
  const slope = best.weightVariance * slopeAt(activation, best.variance);
  return {
    weightVariance: best.weightVariance,
    biasVariance: best.biasVariance,
    width,
    critical,
    variance: best.variance,
    slope,
    varianceSlope: best.weightVariance * squareSlopeAt(activation, best.variance),
    correlationDepth: critical ? Infinity : decayDepth(slope),
    varianceRatio: best.varianceRatio,
    gap: best.gap,
    depthToWidth: depth / width,
    kernelVariance: unit.kernelVariance[depth] / width,
    ntkVariance: unit.ntkVariance[depth] / width,
  };
}
