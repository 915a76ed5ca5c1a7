import { SaddlepointRangeError } from '@saddlepoint/core';
import { expose } from 'comlink';
import { chooseBackend } from '@saddlepoint/finite-width';
import imagesUrl from '../generated/mnist-images.idx?url';
import labelsUrl from '../generated/mnist-labels.idx?url';
import plainUrl from '../generated/tfjs-backend-wasm.wasm?url';
import simdUrl from '../generated/tfjs-backend-wasm-simd.wasm?url';
import { fetchImages, loadPool } from '../theory/pool.js';
import { backendsWorthTrying } from './backends.js';
import type { TrainedPoint, TrainingRequest } from './request.js';
import { trainOnPool, type TrainingProgress } from './train.js';

const wasmPaths = {
  'tfjs-backend-wasm.wasm': plainUrl,
  'tfjs-backend-wasm-simd.wasm': simdUrl,
};

let work = new AbortController();

const service = {
  /** Trains until done or stopped; `onBackend` hears what runs the tensors. */
  async train(
    request: TrainingRequest,
    onBackend: (description: string) => void,
    onPoint: (point: TrainedPoint) => void,
    onProgress: (progress: TrainingProgress) => void,
  ): Promise<void> {
    work.abort();
    work = new AbortController();
    const { signal } = work;
    const prefer = await backendsWorthTrying(request.backend);
    const chosen = await chooseBackend({ prefer, wasmPaths }).catch((cause: unknown) => {
      throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'runs on', expected: 'a backend that this browser has (choose another)', got: prefer.join(', ') }, { cause });
    });
    signal.throwIfAborted();
    onBackend(chosen.description);
    const pool = await loadPool(request.data, () => fetchImages({ images: imagesUrl, labels: labelsUrl }));
    await trainOnPool(pool, request, { signal, backend: { prefer: [chosen.name], wasmPaths }, onPoint, onProgress });
  },
  stop(): void {
    work.abort();
  },
};

export type TrainingService = typeof service;

expose(service);
