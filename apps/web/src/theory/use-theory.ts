import { useEffect, useMemo, useRef, useState } from 'react';
import { messageOf } from '../state/format.js';
import type { View } from '../state/use-experiment.js';
import { startTheory } from './client.js';
import { latestOnly } from './latest.js';
import type { TimedPrediction } from './service.js';
import { spectrumKey } from './spectrum-key.js';


/** What the theory says of the present view. */
export interface TheoryState {
  /** The last prediction; `stale` while a new spectrum is on its way. */
  readonly latest: (TimedPrediction & { readonly asked: View }) | undefined;
  readonly stale: boolean;
  readonly problem: string | undefined;
}

/** Milliseconds that a change of data or network rests before its spectrum is computed. */
const spectrumRestMs = 160;

/** Predictions from the theory worker: one at a time, the newest question first, a late answer for another spectrum dropped. */
export function useTheory(view: View): TheoryState {
  const [latest, setLatest] = useState<TheoryState['latest']>();
  const [problem, setProblem] = useState<string>();
  const currentKey = useRef('');
  const knownKeys = useRef(new Set<string>());
  const { ask, abandon } = useMemo(() => {
    const theory = startTheory();
    const asking = latestOnly(
      (asked: View) => theory.predict(asked.experiment),
      (outcome) => {
        if ('reply' in outcome) knownKeys.current.add(outcome.reply.key);
        if (spectrumKey(outcome.request.experiment) !== currentKey.current) return;
        if ('error' in outcome) {
          setProblem(messageOf(outcome.error));
          return;
        }
        setProblem(undefined);
        setLatest({ ...outcome.reply, asked: outcome.request });
      },
    );
    return { ask: asking, abandon: () => void theory.abandon() };
  }, []);

  // All that a prediction depends on: a moved richness or width asks for nothing.
  const { ridge, samples, target } = view.experiment;
  const key = spectrumKey(view.experiment);
  useEffect(() => {
    currentKey.current = key;
    if (knownKeys.current.has(key) || knownKeys.current.size === 0) {
      ask(view);
      return;
    }
    abandon();
    const timer = setTimeout(() => ask(view), spectrumRestMs);
    return () => clearTimeout(timer);
  }, [ask, abandon, key, ridge, samples, target]);

  return { latest, stale: latest !== undefined && latest.key !== key, problem };
}
