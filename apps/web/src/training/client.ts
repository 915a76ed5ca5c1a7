import { proxy, wrap, type Remote } from 'comlink';
import type { TrainedPoint, TrainingRequest } from './request.js';
import type { TrainingProgress } from './train.js';
import type { TrainingService } from './training.worker.js';

export interface TrainingListeners {
  readonly onBackend: (description: string) => void;
  readonly onPoint: (point: TrainedPoint) => void;
  readonly onProgress: (progress: TrainingProgress) => void;
}

/** How a run ended. */
type TrainingEnd = 'done' | 'stopped';

/** A run under way. */
export interface TrainingRun {
  readonly end: Promise<TrainingEnd>;
  /** Ends within about 100 ms: asks the worker first, and ends the worker when it is too busy to answer. */
  stop(): void;
}

const patienceMs = 80;

/** The worker that the next run uses: kept between runs, so that the backend is started and compiled once. */
let kept: { readonly worker: Worker; readonly service: Remote<TrainingService> } | undefined;

function service(): NonNullable<typeof kept> {
  if (kept === undefined) {
    const worker = new Worker(new URL('./training.worker.ts', import.meta.url), { type: 'module', name: 'training' });
    kept = { worker, service: wrap<TrainingService>(worker) };
  }
  return kept;
}

/** Starts training in the training worker; nothing is heard from it after `stop()`. */
export function startTraining(request: TrainingRequest, listeners: TrainingListeners): TrainingRun {
  const mine = service();
  let stopped = false;
  let stopNow: (end: TrainingEnd) => void = () => undefined;
  const halted = new Promise<TrainingEnd>((resolve) => {
    stopNow = resolve;
  });
  const unlessStopped =
    <T>(listen: (value: T) => void) =>
    (value: T): void => {
      if (!stopped) listen(value);
    };
  const crashed = new Promise<never>((_, reject) => {
    mine.worker.onerror = (event) => {
      kept = undefined;
      reject(new Error(event.message || 'the training worker could not start'));
    };
  });
  const finished = mine.service
    .train(request, proxy(unlessStopped(listeners.onBackend)), proxy(unlessStopped(listeners.onPoint)), proxy(unlessStopped(listeners.onProgress)))
    .then(
      (): TrainingEnd => 'done',
      (error: unknown) => {
        if (stopped) return 'stopped' as const;
        throw error;
      },
    );
  return {
    end: Promise.race([finished, halted, crashed]),
    stop() {
      if (stopped) return;
      stopped = true;
      void mine.service.stop();
      const timer = setTimeout(() => {
        mine.worker.terminate();
        if (kept === mine) kept = undefined;
        stopNow('stopped');
      }, patienceMs);
      finished.then(
        () => {
          clearTimeout(timer);
          stopNow('stopped');
        },
        () => undefined,
      );
    },
  };
}
