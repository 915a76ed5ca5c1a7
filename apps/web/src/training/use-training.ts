import { useCallback, useEffect, useRef, useState } from 'react';
import type { Experiment } from '../state/fields.js';
import { messageOf } from '../state/format.js';
import { spectrumKey } from '../theory/spectrum-key.js';
import type { TrainedSeries } from '../ui/specs.js';
import { startTraining, type TrainingRun } from './client.js';
import type { TrainedPoint } from './request.js';

export interface TrainingState {
  readonly running: boolean;
  readonly fraction: number;
  readonly doing: string;
  readonly backend: string | undefined;
  /** How the last run ended, in words. */
  readonly ended: string | undefined;
  readonly problem: string | undefined;
}

const idle: TrainingState = { running: false, fraction: 0, doing: '', backend: undefined, ended: undefined, problem: undefined };

/** What trained points are about: at another ridge or another network they would be wrong on the plot. */
const settingKey = (experiment: Experiment): string => `${spectrumKey(experiment)}|${experiment.ridge}`;

const insert = (all: readonly TrainedSeries[], width: number, point: TrainedPoint): TrainedSeries[] => {
  const old = all.find((series) => series.width === width)?.points ?? [];
  const points = [...old.filter((one) => one.samples !== point.samples), point].sort((a, b) => a.samples - b.samples);
  return [...all.filter((series) => series.width !== width), { width, points }].sort((a, b) => a.width - b.width);
};

const none: readonly TrainedSeries[] = [];

/** Training runs, and the points they left for every setting visited. */
export function useTraining(experiment: Experiment): {
  readonly state: TrainingState;
  readonly trained: readonly TrainedSeries[];
  readonly start: () => void;
  readonly stop: () => void;
} {
  const [state, setState] = useState(idle);
  const [bySetting, setBySetting] = useState<ReadonlyMap<string, readonly TrainedSeries[]>>(new Map());
  const run = useRef<TrainingRun>(undefined);
  const key = settingKey(experiment);

  const stop = useCallback(() => run.current?.stop(), []);
  // A run for a setting that is no longer shown is stale.
  useEffect(() => stop, [key, stop]);

  const start = useCallback(() => {
    run.current?.stop();
    const { width } = experiment;
    setBySetting((before) => new Map(before).set(key, (before.get(key) ?? none).filter((series) => series.width !== width)));
    setState((before) => ({ ...idle, backend: before.backend, running: true, doing: 'starting the tensor backend' }));
    const mine = startTraining(experiment, {
      onBackend: (backend) => setState((before) => ({ ...before, backend })),
      onPoint: (point) => setBySetting((before) => new Map(before).set(key, insert(before.get(key) ?? none, width, point))),
      onProgress: ({ fraction, doing }) => setState((before) => ({ ...before, fraction, doing })),
    });
    run.current = mine;
    mine.end.then(
      (end) => setState((before) => (run.current === mine ? { ...before, running: false, ended: end } : before)),
      (error: unknown) =>
        setState((before) => (run.current === mine ? { ...before, running: false, problem: messageOf(error) } : before)),
    );
  }, [experiment, key]);

  return { state, trained: bySetting.get(key) ?? none, start, stop };
}
