import type { Experiment } from '../state/fields.js';

/** What the spectrum of a pool depends on: ridge, n and richness do not move it. */
export type SpectrumSetting = Pick<Experiment, 'data' | 'depth' | 'activation' | 'weightVariance' | 'biasVariance'>;

/** A name for the setting, for caches and for telling late replies from current ones. */
export const spectrumKey = ({ data, depth, activation, weightVariance, biasVariance }: SpectrumSetting): string =>
  [data, depth, activation, weightVariance, biasVariance].join('|');
