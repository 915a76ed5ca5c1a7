import { useEffect, useMemo, useState } from 'react';
import type { Experiment } from '../state/fields.js';
import { messageOf } from '../state/format.js';
import { startTheory } from './client.js';
import type { LossCurves } from './dynamics.js';

/** Loss curves from a second theory worker, so that they never hold up the sliders. */
export function useDynamics({ data, depth, activation, weightVariance, biasVariance, richness, samples }: Experiment): {
  readonly curves: LossCurves | undefined;
  readonly busy: boolean;
  readonly problem: string | undefined;
} {
  const theory = useMemo(startTheory, []);
  const [curves, setCurves] = useState<LossCurves>();
  const [busy, setBusy] = useState(true);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let current = true;
    setBusy(true);
    const timer = setTimeout(() => {
      theory.dynamics({ data, depth, activation, weightVariance, biasVariance, richness, samples }).then(
        (reply) => {
          if (!current) return;
          setCurves(reply);
          setBusy(false);
          setProblem(undefined);
        },
        (error: unknown) => {
          if (!current) return;
          setBusy(false);
          setProblem(messageOf(error));
        },
      );
    }, 200);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [theory, data, depth, activation, weightVariance, biasVariance, richness, samples]);
  return { curves, busy, problem };
}
