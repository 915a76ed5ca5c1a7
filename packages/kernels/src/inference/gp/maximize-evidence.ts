import { SaddlepointRangeError, checkInteger, checkNumber, isSaddlepointError, type RunOptions, type Status } from '@saddlepoint/core';
import type { Network } from '@saddlepoint/architecture';
import type { Matrix } from '@saddlepoint/linalg';
import { minimizeAsync, randomStream, type Minimum, type Objective } from '@saddlepoint/numerics';
import { kernelGradients } from '../../kernel-gradients.js';
import type { KernelParameter } from '../../propagation/plan.js';
import type { KernelOptions } from '../../propagation/prepare.js';
import { checkTargets } from '../checks.js';
import { logMarginalLikelihood } from './evidence.js';
import { bindGroups, shiftedNetwork, type BoundGroup, type ParameterChoice } from './evidence-parameters.js';

/** A kernel on the training inputs with its derivatives in the variances of the network. */
export interface KernelWithGradients {
  /** n×n. */
  readonly kernel: Matrix;
  readonly parameters: readonly KernelParameter[];
  /** ∂K/∂θ: n×n for each of `parameters`. */
  readonly gradients: readonly Matrix[];
}

/** A stage of the fit: the best evidence so far and where. */
export interface EvidencePoint {
  readonly value: number;
  readonly ridge: number;
  /** Factor by which each group is multiplied. */
  readonly factors: number[];
}

/** How the evidence is maximised. */
export interface MaximizeEvidenceOptions extends RunOptions {
  /** σ² > 0 to start from. */
  readonly ridge: number;
  /** Default true. */
  readonly fitRidge?: boolean;
  /** Default `'tied'`. */
  readonly parameters?: ParameterChoice;
  /** Runs: the first from the network as given, the others from random factors. Default 1. */
  readonly starts?: number;
  /** Standard deviation of the logarithms of those factors. Default 1.5. */
  readonly spread?: number;
  /** Largest slope of the evidence per target in any logarithm at the end. Default 1e-7. */
  readonly tolerance?: number;
  /** L-BFGS steps of each run. Default 100. */
  readonly maxIterations?: number;
  /** Whose prior: default `'nngp'`. */
  readonly kernel?: 'nngp' | 'ntk';
  /** How kernels are computed: activations of your own, tolerances of series, masks. */
  readonly kernelOptions?: KernelOptions;
  /** A kernel of your own with its derivatives, instead of {@link kernelGradients} of the network. */
  readonly kernelAt?: (network: Network, inputs: Matrix, run: Pick<RunOptions, 'signal'>) => KernelWithGradients | Promise<KernelWithGradients>;
}

/** The network that makes the data most probable, among those tried. */
export interface MaximalEvidence<N extends Network> {
  readonly network: N;
  readonly ridge: number;
  /** Log marginal likelihood there. */
  readonly value: number;
  /** `stalled`: nothing better can be found along the way, though slopes are left: K + σ² is singular there, or rounding. */
  readonly status: Status;
  readonly iterations: number;
  /** Largest slope per target in a logarithm. */
  readonly residual: number;
  readonly evaluations: number;
  /** Names of the groups that were fitted. */
  readonly groups: readonly string[];
  /** Groups, or `'ridge'`, in which the evidence still grows a millionfold away from the start, where they were held: it wants them 0, or infinite. */
  readonly atEdge: readonly string[];
  /** Improvements on the way of the best run. */
  readonly trace: readonly EvidencePoint[];
  /** Where each run ended. */
  readonly runs: readonly { readonly value: number; readonly ridge: number; readonly status: Status }[];
}

async function networkKernel(network: Network, inputs: Matrix, { kernel = 'nngp', kernelOptions }: MaximizeEvidenceOptions, run: Pick<RunOptions, 'signal'>): Promise<KernelWithGradients> {
  const { parameters, kernels, nngp, ntk } = await kernelGradients(network, inputs, undefined, { ...kernelOptions, outputs: kernel === 'nngp' ? 'nngp' : 'both', ...run });
  return { parameters, kernel: kernels.ntk ?? kernels.nngp, gradients: ntk ?? nngp };
}

/** ln of the factor (a million) beyond which a parabola pulls back: evidence that goes on growing, as on noiseless data, comes to rest there. */
const EDGE = Math.log(1e6);
const LARGEST_LOG = 25;
const beyond = (shift: number): number => Math.sign(shift) * Math.max(0, Math.abs(shift) - EDGE);
const penaltyOf = (shifts: Float64Array): number => shifts.reduce((sum, shift) => sum + 0.5 * beyond(shift) ** 2, 0);
const outside = (dimension: number): Objective => ({ value: Infinity, gradient: new Float64Array(dimension) });

/** One run. */
interface Climb {
  readonly minimum: Minimum;
  readonly trace: EvidencePoint[];
  /** The evidence where it ended. */
  readonly value: number;
}

/** A kernel that overflowed or lost definiteness marks the edge of the domain; anything else is an error. */
const isEdge = (error: unknown): boolean => isSaddlepointError(error) && (error.code === 'ERR_NOT_POSITIVE_DEFINITE' || error.code === 'ERR_NOT_FINITE');

/**
 * Type-II maximum likelihood: the variances of a network and the ridge that maximise ln p(y | X), by L-BFGS on their logarithms with exact gradients.
 *
 * `inputs`: n×d; `targets`: n×c. Variances can be tied (`parameters`); a group keeps the ratios of its members. Where several sets of variances give the same kernel (without
 * biases, the layers of a homogeneous network) one of them is returned. `starts` > 1 repeats from random factors (`seed`) and keeps the best: the
 * evidence can have several maxima. One evaluation costs a kernel, its derivatives and an inverse.
 * Source: Rasmussen & Williams (2006), section 5.4.1; Nocedal & Wright, algorithm 7.5.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { maximizeEvidence } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * // One sample of |x|²/d = 4 and K = σ_w²·4: with a ridge of 1 the evidence is largest where 4σ_w² + 1 = y².
 * const best = await maximizeEvidence(mlp({ depth: 0, activation: 'relu' }), matrix(1, 1, [2]), matrix(1, 1, [3]), { ridge: 1, fitRidge: false });
 * best.network.layers.map((layer) => layer.type === 'dense' && layer.weightVariance); // => [2.000000]
 * best.groups; // => ['readout weightVariance']
 */
export async function maximizeEvidence<N extends Network>(network: N, inputs: Matrix, targets: Matrix, options: MaximizeEvidenceOptions): Promise<MaximalEvidence<N>> {
  const { fitRidge = true, parameters = 'tied', seed = 1, signal, onProgress } = options;
  const ridge = checkNumber('ridge', options.ridge, { min: 0, exclusiveMin: fitRidge });
  const starts = checkInteger('starts', options.starts ?? 1, { min: 1 });
  const spread = checkNumber('spread', options.spread ?? 1.5, { min: 0 });
  const run = signal === undefined ? {} : { signal };
  const kernelAt = options.kernelAt ?? ((changed: Network, X: Matrix) => networkKernel(changed, X, options, run));
  const first = await kernelAt(network, inputs, run);
  checkTargets('targets', targets, first.kernel.rows);
  const groups = bindGroups(network, parameters, first.parameters);
  const dimension = groups.length + (fitRidge ? 1 : 0);
  const scale = Math.max(1, targets.data.length);
  const ridgeAt = (shifts: ArrayLike<number>): number => (fitRidge ? ridge * Math.exp(shifts[groups.length]) : ridge);

  const climb = async (start: number): Promise<Climb> => {
    const trace: EvidencePoint[] = [];
    let evaluations = 0;
    const objective = async (shifts: Float64Array): Promise<Objective> => {
      onProgress?.({ stage: 'evidence', fraction: (start + 1 - 0.95 ** evaluations++) / starts, ...(trace.length > 0 && { detail: `ln p = ${trace[trace.length - 1].value.toPrecision(8)}` }) });
      if (shifts.some((shift) => Math.abs(shift) > LARGEST_LOG)) return outside(dimension);
      try {
        const at = shifts.every((shift) => shift === 0) ? first : await kernelAt(shiftedNetwork(network, groups, shifts), inputs, run);
        const slopes = evidenceSlopes(at, targets, groups, shifts, ridgeAt(shifts));
        if (trace.length === 0 || slopes.value > trace[trace.length - 1].value)
          trace.push({ value: slopes.value, ridge: ridgeAt(shifts), factors: Array.from(shifts.subarray(0, groups.length), Math.exp) });
        return { value: penaltyOf(shifts) - slopes.value / scale, gradient: slopes.gradient.subarray(0, dimension).map((slope, k) => beyond(shifts[k]) - slope / scale) };
      } catch (error) {
        if (isEdge(error)) return outside(dimension);
        throw error;
      }
    };
    const stream = randomStream(seed, 'evidence', start);
    const from = Float64Array.from({ length: dimension }, () => (start === 0 ? 0 : spread * stream.normal()));
    const minimum = await minimizeAsync(objective, from, { tolerance: options.tolerance ?? 1e-7, maxIterations: options.maxIterations ?? 100, ...run });
    const value = scale * (penaltyOf(minimum.value) - minimum.objective);
    return { minimum, trace, value };
  };

  const climbs: Climb[] = [];
  for (let start = 0; start < starts; start++) climbs.push(await climb(start));
  const best = climbs.reduce((a, b) => (b.minimum.objective < a.minimum.objective ? b : a));
  const { minimum, trace, value } = best;
  const names = groups.map(({ name }) => name);
  if (!Number.isFinite(minimum.objective))
    throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', { argument: 'network', expected: 'variances and ridge to start from with a definite kernel + ridge', got: `ridge ${ridge}` });
  onProgress?.({ stage: 'evidence', fraction: 1 });
  return {
    network: shiftedNetwork(network, groups, minimum.value),
    ridge: ridgeAt(minimum.value),
    value,
    status: minimum.status,
    iterations: minimum.iterations,
    residual: minimum.residual,
    evaluations: climbs.reduce((sum, { minimum: { evaluations } }) => sum + evaluations, 0),
    groups: names,
    atEdge: [...names, 'ridge'].filter((_, k) => k < dimension && beyond(minimum.value[k]) !== 0),
    trace,
    runs: climbs.map((run) => ({ value: run.value, ridge: ridgeAt(run.minimum.value), status: run.minimum.status })),
  };
}

/** ln p and its slopes in the logarithms of the groups, then of the ridge. */
function evidenceSlopes(at: KernelWithGradients, targets: Matrix, groups: readonly BoundGroup[], shifts: ArrayLike<number>, ridge: number): { value: number; gradient: Float64Array } {
  const { value, gradient, gradientRidge } = logMarginalLikelihood({ kernel: at.kernel, targets, ridge, derivatives: at.gradients });
  const slopes = groups.map(({ members }, g) => members.reduce((sum, { index, start }) => sum + gradient[index] * start * Math.exp(shifts[g]), 0));
  return { value, gradient: Float64Array.of(...slopes, ridge * gradientRidge) };
}
