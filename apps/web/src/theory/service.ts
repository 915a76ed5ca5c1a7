import { throwIfAborted } from '@saddlepoint/core';
import type { Dataset } from '@saddlepoint/datasets';
import { engineStatus } from '@saddlepoint/linalg';
import { loadPool, type ImageBytes } from './pool.js';
import { predictor, type Prediction, type PredictionSetting } from './predict.js';
import { poolSpectrum } from './spectrum.js';
import { spectrumKey, type SpectrumSetting } from './spectrum-key.js';
import { lossCurves, type DynamicsSetting, type LossCurves } from './dynamics.js';

/** A prediction and how long the theory took: milliseconds in the worker, `spectrumMs` only where a new spectrum was needed. */
export interface TimedPrediction {
  readonly prediction: Prediction;
  readonly key: string;
  readonly theoryMs: number;
  readonly spectrumMs: number | undefined;
  /** Threads of the linear algebra when this was computed. */
  readonly threads: number;
}

/** The theory as a page or a test asks for it. */
export interface TheoryService {
  predict(setting: SpectrumSetting & PredictionSetting): Promise<TimedPrediction>;
  /** Drops the spectrum being computed, as soon as it can be dropped; its `predict` rejects with an `AbortError`. */
  abandon(): void;
  /** Loss curves in time; a later call aborts an earlier one, which then rejects with an `AbortError`. */
  dynamics(setting: DynamicsSetting): Promise<LossCurves>;
}

/** Spectra kept: each holds two M×M matrices of doubles, 16 MB at M = 1024. */
const keptSpectra = 6;

/** A theory service with its own caches; `images` brings the shipped MNIST subset. */
export function theoryService(images: () => Promise<ImageBytes>): TheoryService {
  const pools = new Map<string, Promise<Dataset>>();
  const predictors = new Map<string, ReturnType<typeof predictor>>();
  let spectrumWork = new AbortController();
  let dynamicsWork = new AbortController();

  const poolOf = (data: string): Promise<Dataset> => {
    let pool = pools.get(data);
    if (pool === undefined) {
      pool = loadPool(data, images);
      pools.set(data, pool);
      pool.catch(() => pools.delete(data));
    }
    return pool;
  };

  return {
    async predict(setting) {
      const key = spectrumKey(setting);
      let spectrumMs: number | undefined;
      let predict = predictors.get(key);
      if (predict === undefined) {
        spectrumWork = new AbortController();
        const { signal } = spectrumWork;
        const pool = await poolOf(setting.data);
        throwIfAborted(signal);
        const start = performance.now();
        predict = predictor(await poolSpectrum(pool, setting, { signal }));
        spectrumMs = performance.now() - start;
      }
      predictors.delete(key);
      predictors.set(key, predict);
      if (predictors.size > keptSpectra) predictors.delete(predictors.keys().next().value!);
      const start = performance.now();
      const prediction = predict(setting);
      return { prediction, key, theoryMs: performance.now() - start, spectrumMs, threads: engineStatus().threads };
    },
    abandon() {
      spectrumWork.abort();
    },
    async dynamics(setting) {
      dynamicsWork.abort();
      dynamicsWork = new AbortController();
      const { signal } = dynamicsWork;
      const pool = await poolOf(setting.data);
      throwIfAborted(signal);
      return lossCurves(pool, setting, { signal });
    },
  };
}
