import { SaddlepointRangeError, throwIfAborted, type RunOptions } from '@saddlepoint/core';
import type { Dataset } from '@saddlepoint/datasets';
import { computeKernels } from '@saddlepoint/kernels';
import { eigh, type Matrix } from '@saddlepoint/linalg';
import { preparePool, type PoolStatistics } from '@saddlepoint/replica';
import type { Experiment } from './experiment/experiment.js';
import type { Lab } from './registry/lab.js';
import type { KernelName } from './report/sections.js';

/** A kernel on the pool and across to the test samples. */
export interface PoolKernel {
  readonly name: KernelName;
  /** M×M. */
  readonly kernel: Matrix;
  /** m×M. */
  readonly crossKernel: Matrix;
  /** Eigendecomposition of `kernel`, μ_i unnormalised and falling, and projections of the targets. */
  readonly pool: PoolStatistics;
}

/** Data and kernels that several stages share. */
export interface Problem {
  readonly pool: Dataset;
  readonly test: Dataset;
  /** True when every target is +1 or −1. */
  readonly binary: boolean;
  /** In the order of the experiment; the first is the one that the report is about. */
  readonly kernels: readonly PoolKernel[];
}

/** Loads the data of an experiment: pool and test samples, disjoint. */
export async function loadData({ dataset, pool, test, seed }: Experiment, lab: Lab): Promise<Pick<Problem, 'pool' | 'test' | 'binary'>> {
  const { type, ...fields } = dataset;
  const data = await lab.datasets[type].load(fields as never, { pool, test, seed });
  if (data.pool.targets.cols !== 1)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'experiment.dataset', expected: 'one target per sample (choose other labels)', got: `${data.pool.targets.cols}` });
  const binary = [data.pool, data.test].every(({ targets }) => targets.data.every((y) => Math.abs(y) === 1));
  return { ...data, binary };
}

/** Kernels of the network on pool and test samples, and their eigendecompositions. */
export async function prepareProblem(
  { network, kernels }: Pick<Experiment, 'network' | 'kernels'>,
  data: Pick<Problem, 'pool' | 'test' | 'binary'>,
  lab: Lab,
  { signal, onProgress }: RunOptions = {},
): Promise<Problem> {
  const { pool, test } = data;
  const outputs = kernels.length === 2 ? 'both' : kernels[0];
  const report = (from: number, to: number) => ({ stage, fraction }: { stage: string; fraction: number }) => {
    onProgress?.({ stage, fraction: from + (to - from) * fraction });
  };
  const options = { outputs, extensions: { activations: lab.activations }, ...(signal && { signal }) } as const;
  const train = await computeKernels(network, pool.inputs, undefined, { ...options, onProgress: report(0, 0.15) });
  const cross = await computeKernels(network, test.inputs, pool.inputs, { ...options, onProgress: report(0.15, 0.3) });
  const prepared: PoolKernel[] = [];
  for (const [i, name] of kernels.entries()) {
    throwIfAborted(signal);
    report(0.3, 1)({ stage: `eigenvalues of the ${name.toUpperCase()}`, fraction: i / kernels.length });
    const kernel = train[name];
    const crossKernel = cross[name];
    if (kernel === undefined || crossKernel === undefined) throw new Error(`kernel ${name} was asked for and not computed`);
    const { values, vectors } = eigh(kernel);
    prepared.push({ name, kernel, crossKernel, pool: preparePool({ eigenvalues: values, vectors, targets: pool.targets }) });
  }
  return { ...data, kernels: prepared };
}
