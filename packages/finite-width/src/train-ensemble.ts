import { planNetwork } from './plan.js';
import { chooseBackend } from './backend.js';
import { checkRequest } from './check-request.js';
import { runDescent } from './run-descent.js';
import { runLangevin } from './run-langevin.js';
import { disposeData, makeData } from './task.js';
import type { EnsembleOptions, EnsembleRequest, EnsembleResult } from './types.js';

/**
 * Trains (or samples) `members` independently initialised networks and reports per member, mean and standard error.
 *
 * See {@link GradientDescent}, {@link GaussNewton} and {@link Langevin} for the three methods and their equations. Member k's initial weights
 * depend on (seed, k) alone, so the same seed on the same backend gives the same numbers. Arithmetic is float32.
 * A run that blows up ends with status 'diverged', never with silent NaN.
 *
 * @throws SaddlepointRangeError, SaddlepointTypeError naming the bad field; AbortError when `signal` is aborted.
 * @example
 * import { matrix } from '@saddlepoint/linalg';
 * import { mlp } from '@saddlepoint/architecture';
 * import { trainEnsemble } from '@saddlepoint/finite-width';
 * const network = mlp({ depth: 1, activation: 'erf', width: 64 });
 * const result = await trainEnsemble(
 *   { network, inputs: matrix(3, 2, [1, 0, 0, 1, -1, 1]), targets: matrix(3, 1, [1, -1, 0]), members: 4, method: { type: 'gradient-descent', steps: 200 } },
 *   { seed: 1 },
 * );
 * result.status; // => 'converged'
 * result.trainLoss.mean[result.trainLoss.mean.length - 1] < 0.01; // => true
 */
export async function trainEnsemble(request: EnsembleRequest, options: EnsembleOptions = {}): Promise<EnsembleResult> {
  checkRequest(request);
  options.signal?.throwIfAborted();
  const plan = planNetwork(request.network, request.inputs.cols, request.targets.cols, request.width);
  const backend = await chooseBackend(request.backend);
  options.signal?.throwIfAborted();
  const data = makeData({ ...request, kernelInputs: request.record?.kernelInputs });
  try {
    const context = { request, plan, data, backend: backend.description, seed: options.seed ?? 0, signal: options.signal, onProgress: options.onProgress };
    return request.method.type === 'langevin' ? await runLangevin(context, request.method) : await runDescent(context, request.method);
  } finally {
    disposeData(data);
  }
}
