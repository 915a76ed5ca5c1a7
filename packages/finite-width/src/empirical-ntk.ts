import type { Network } from '@saddlepoint/architecture';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from './backend.js';
import type { BackendChoice } from './backend.js';
import { structuredNtk } from './empirical-kernel.js';
import { drawParameters, makeGroup, packGroup } from './parameters.js';
import type { NetworkParameters } from './parameters.js';
import { planNetwork } from './plan.js';
import { toTensor } from './task.js';

export interface EmpiricalNtkRequest {
  readonly network: Network;
  /** n×d. */
  readonly inputs: Matrix;
  /** m×d; default: the same inputs. */
  readonly inputs2?: Matrix;
  /** Hidden width where the network leaves it open. */
  readonly width?: number;
  /** Parameters to use; default: those that `seed` and `member` draw. */
  readonly parameters?: NetworkParameters;
  readonly seed?: number | string;
  readonly member?: number;
  readonly backend?: BackendChoice;
}

/**
 * The parameters that member `member` of an ensemble with this seed starts from.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { initialParameters } from '@saddlepoint/finite-width';
 * const { weights } = initialParameters(mlp({ depth: 1, activation: 'relu', width: 5 }), { inputDimension: 3, seed: 1 });
 * weights.map(({ rows, cols }) => [rows, cols]); // => [[3, 5], [5, 1]]
 */
export function initialParameters(
  network: Network,
  { inputDimension, outputs = 1, width, seed = 0, member = 0 }: { inputDimension: number; outputs?: number; width?: number; seed?: number | string; member?: number },
): NetworkParameters {
  return drawParameters(planNetwork(network, inputDimension, outputs, width), seed, member);
}

/**
 * The neural tangent kernel of one finite network, Θ = rate·JJᵀ averaged over outputs (n×m), rate = 1, or γ²N in `mean-field`, as a sum over
 * layers of (∂f/∂h^l ∂f/∂h^lᵀ) ⊙ (s_l²Φ^{l−1}Φ^{l−1}ᵀ + b_l²), never forming J. Tends to the infinite network's kernel as 1/√width (single
 * draw). float32.
 *
 * Source: 1806.07572; structured products as in 2206.08720.
 *
 * @example
 * import { matrix } from '@saddlepoint/linalg';
 * import { mlp } from '@saddlepoint/architecture';
 * import { empiricalNtk } from '@saddlepoint/finite-width';
 * const linear = await empiricalNtk({ network: mlp({ depth: 0, activation: 'identity' }), inputs: matrix(2, 2, [1, 1, 2, 0]) });
 * linear.data; // => [1, 1, 1, 2]
 */
export async function empiricalNtk(request: EmpiricalNtkRequest): Promise<Matrix> {
  const { network, inputs, inputs2, width, parameters, seed = 0, member = 0 } = request;
  const readout = network.layers[network.layers.length - 1];
  const plan = planNetwork(network, inputs.cols, readout?.type === 'dense' ? (readout.width ?? 1) : 1, width);
  await chooseBackend(request.backend);
  const kernel = tf.tidy(() => {
    const group = makeGroup(plan, [member]);
    const tensors = packGroup(plan, [parameters ?? drawParameters(plan, seed, member)]);
    return structuredNtk(group, tensors, { inputs: toTensor(inputs) }, inputs2 === undefined ? null : { inputs: toTensor(inputs2) });
  });
  const data = Float64Array.from(await kernel.data());
  kernel.dispose();
  return matrix(inputs.rows, (inputs2 ?? inputs).rows, data);
}
