import { mlp, type Network } from '@saddlepoint/architecture';
import { nextTurn, throwIfAborted, type RunOptions } from '@saddlepoint/core';
import type { Dataset } from '@saddlepoint/datasets';
import { computeKernels } from '@saddlepoint/kernels';
import { eigh } from '@saddlepoint/linalg';
import { preparePool, type Pool, type PoolStatistics } from '@saddlepoint/replica';
import { spectrumKey, type SpectrumSetting } from './spectrum-key.js';

/** Eigenpairs of the network's kernel Θ on the M points of a pool (eigenvalues μ_i not divided by M), ready for repeated predictions. */
export interface PoolSpectrum {
  readonly key: string;
  readonly pool: Pool & { readonly prepared: PoolStatistics };
}

/** The network that the page is about, in the NTK parameterization. */
export const networkOf = ({ depth, activation, weightVariance, biasVariance }: Omit<SpectrumSetting, 'data'>): Network =>
  mlp({ depth, activation, weightVariance, biasVariance, parameterization: 'ntk' });

/** Neural tangent kernel of the pool, then its eigendecomposition. */
export async function poolSpectrum(pool: Dataset, setting: SpectrumSetting, { signal }: RunOptions = {}): Promise<PoolSpectrum> {
  const { ntk } = await computeKernels(networkOf(setting), pool.inputs, undefined, { outputs: 'ntk', ...(signal ? { signal } : {}) });
  await nextTurn();
  throwIfAborted(signal);
  const { values, vectors } = eigh(ntk);
  const bare = { eigenvalues: values.map((value) => Math.max(value, 0)), vectors, targets: pool.targets };
  return { key: spectrumKey(setting), pool: { ...bare, prepared: preparePool(bare) } };
}
