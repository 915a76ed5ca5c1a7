import { mlp } from '@saddlepoint/architecture';
import { computeKernels } from '@saddlepoint/kernels';
import { eigh, type Matrix } from '@saddlepoint/linalg';
import { poolLearningCurve, type PoolCurvePoint } from '@saddlepoint/replica';
import { images } from './mnist.js';

/** The network of the bundled experiment. */
const network = mlp({ depth: 2, activation: 'erf', weightVariance: 1.5, biasVariance: 0.1 });

/** Images per pool, training-set sizes and ridges of `golden/mnist-pools.json`. */
export const poolSize = 2048;
export const samples = [64, 128, 256, 512, 1024];
export const ridges = [0.1, 0.5, 1];

export type KernelName = 'nngp' | 'ntk';

/** Kernel and targets of pool number `pool`: images drawn with that seed. */
export async function mnistPool(pool: number, which: KernelName): Promise<{ kernel: Matrix; targets: Matrix }> {
  const { inputs, targets } = await images('oddeven', { count: poolSize, seed: pool });
  const kernels: Partial<Record<KernelName, Matrix>> = await computeKernels(network, inputs, undefined, { outputs: which });
  const kernel = kernels[which];
  if (kernel === undefined) throw new Error(`no ${which}`);
  return { kernel, targets };
}

/** Theory's learning curve from the pool alone, one per ridge. */
export function theoryOf({ kernel, targets }: { kernel: Matrix; targets: Matrix }): PoolCurvePoint[][] {
  const { values: eigenvalues, vectors } = eigh(kernel);
  return ridges.map((ridge) => poolLearningCurve({ eigenvalues, vectors, targets, samples, ridge }));
}
