import { SaddlepointRangeError, checkFinite, checkNumber, type RunOptions } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { runPaced, type Steps } from '../pace.js';
import { edgeOfChaosCurve, type EdgeOfChaos } from './edge-of-chaos.js';
import { quick } from './layer-map.js';
import { propagationWith, type Phase } from './propagation.js';
import { slopeOf } from './variance-moments.js';

/** Signal propagation over a grid of initialisations. Fields are row-major, one row per bias variance, one column per weight variance. */
export interface PhaseDiagram {
  readonly weightVariances: Float64Array;
  readonly biasVariances: Float64Array;
  readonly phase: readonly Phase[];
  /** q*; Infinity where it diverges. */
  readonly variance: Float64Array;
  /** χ₁; Infinity where the variance diverges. */
  readonly slope: Float64Array;
  /** c*; 1 where variance or correlation have no say (q* = 0 or divergent). */
  readonly correlation: Float64Array;
  /** ξ_q in layers; 0 where the variance diverges, as for the next two. */
  readonly varianceDepth: Float64Array;
  /** ξ_c in layers, Infinity at criticality. */
  readonly correlationDepth: Float64Array;
  /** 6ξ_c: networks up to about this depth train (Schoenholz et al., fig. 5). */
  readonly trainableDepth: Float64Array;
  /** The edge of chaos, χ₁ = 1, within the grid's range of bias variances. */
  readonly edge: EdgeOfChaos;
}

export interface PhaseDiagramOptions extends RunOptions {
  /** Ascending; σ_w² of the columns. */
  readonly weightVariances: ArrayLike<number>;
  /** Ascending; σ_b² of the rows. */
  readonly biasVariances: ArrayLike<number>;
  /** |x|²/d of the inputs, which decides where a bistable map settles. Default 1. */
  readonly inputVariance?: number;
}

/** How many correlation depths a network can be deep and still train. */
const DEPTHS = 6;

function checkGrid(argument: string, values: ArrayLike<number>): Float64Array {
  checkFinite(argument, values);
  if (values.length === 0) throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: 'at least one value', got: 'none' });
  for (let i = 0; i < values.length; i++) {
    checkNumber(`${argument}[${i}]`, values[i], { min: 0 });
    if (i > 0 && !(values[i] > values[i - 1])) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: `${argument}[${i}]`, expected: 'ascending values', got: `${values[i]} after ${values[i - 1]}` });
  }
  return Float64Array.from(values);
}

function* diagramSteps(activation: Activation, weights: Float64Array, biases: Float64Array, inputVariance: number): Steps<PhaseDiagram> {
  const size = weights.length * biases.length;
  const field = (): Float64Array => new Float64Array(size);
  const [variance, slope, correlation, varianceDepth, correlationDepth] = [field(), field(), field(), field(), field()];
  const phase: Phase[] = [];
  for (let k = 0; k < size; k++) {
    const map = { activation, weightVariance: weights[k % weights.length], biasVariance: biases[Math.floor(k / weights.length)] };
    const { value } = propagationWith(map, { inputVariance }, quick);
    phase.push(value.phase);
    variance[k] = value.variance;
    slope[k] = value.slope ?? Infinity;
    correlation[k] = value.correlation ?? 1;
    varianceDepth[k] = value.varianceDepth ?? 0;
    correlationDepth[k] = value.correlationDepth ?? 0;
    yield (k + 1) / size;
  }
  const edge = edgeOfChaosCurve(activation, { maximumBiasVariance: Math.max(biases[biases.length - 1], 1e-3) });
  return { weightVariances: weights, biasVariances: biases, phase, variance, slope, correlation, varianceDepth, correlationDepth, trainableDepth: correlationDepth.map((xi) => DEPTHS * xi), edge };
}

/**
 * The phase diagram of deep networks with one activation: order, chaos or divergence, and over how many layers signals are remembered, for every
 * (σ_w², σ_b²) of a grid, with the edge of chaos; arrays ready for a figure. Activations without closed form are expanded to about six digits here;
 * `signalPropagation` gives all of them at one point.
 *
 * Sources: 1606.05340, 1611.01232 (figs. 1 and 5).
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { phaseDiagram } from '@saddlepoint/kernels';
 * const { phase } = await phaseDiagram(activations.erf, { weightVariances: [0.5, 3], biasVariances: [0.01] });
 * phase; // => ['ordered', 'chaotic']
 */
export async function phaseDiagram(activation: Activation, options: PhaseDiagramOptions): Promise<PhaseDiagram> {
  const { weightVariances, biasVariances, inputVariance = 1 } = options;
  slopeOf(activation);
  checkNumber('inputVariance', inputVariance, { min: 0 });
  return runPaced(diagramSteps(activation, checkGrid('weightVariances', weightVariances), checkGrid('biasVariances', biasVariances), inputVariance), 'phase diagram', options);
}
