import { learnabilities } from '@saddlepoint/replica';
import { poolCurve, poolSpectrum } from '../pool-theory.js';
import type { Stage, StageContext } from '../registry/stage.js';
import type { LearnabilitySection } from '../report/sections.js';

function run({ experiment, problem }: StageContext): LearnabilitySection {
  const [{ name, pool }] = problem.kernels;
  const points = poolCurve(pool, problem.pool.targets, experiment.samples, experiment.ridge);
  const { eigenvalues } = poolSpectrum(problem);
  const rows = points.map(({ samples, effectiveRidge }) => Array.from(learnabilities(eigenvalues, { samples, effectiveRidge })));
  return {
    kernel: name,
    samples: experiment.samples,
    effectiveRidge: points.map((p) => p.effectiveRidge),
    learnabilities: rows,
    learnedModes: rows.map((row) => row.filter((L) => L > 0.5).length),
  };
}

/** Which modes of the target are learned at each sample size. */
export const learnabilityStage: Stage = {
  name: 'learnability',
  title: 'learnability by mode',
  weight: () => 0.3,
  run: (context) => Promise.resolve(run(context)),
};
