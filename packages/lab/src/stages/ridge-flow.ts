import { ridgeFlow } from '@saddlepoint/scaling';
import { poolCurve, poolSpectrum } from '../pool-theory.js';
import type { Stage, StageContext } from '../registry/stage.js';
import type { RidgeFlowSection } from '../report/sections.js';

function run({ experiment, problem }: StageContext): RidgeFlowSection {
  const [{ name, pool }] = problem.kernels;
  const { ridge } = experiment;
  const samples = experiment.samples[Math.floor(experiment.samples.length / 2)];
  const flow = ridgeFlow({ eigenvalues: poolSpectrum(problem).eigenvalues }, { samples, ridge });
  const [point] = poolCurve(pool, problem.pool.targets, [samples], ridge);
  return {
    kernel: name,
    samples,
    ridge,
    modes: pool.eigenvalues.length,
    cutoff: Array.from(flow.cutoff),
    flowingRidge: Array.from(flow.flowingRidge),
    bareRidge: Array.from(flow.bareRidge),
    effectiveRidge: flow.effectiveRidge,
    populationEffectiveRidge: point.effectiveRidge,
    boundary: flow.boundary,
  };
}

/** The renormalisation-group flow of the ridge at the middle sample size. */
export const ridgeFlowStage: Stage = {
  name: 'ridgeFlow',
  title: 'flow of the ridge',
  weight: () => 0.3,
  run: (context) => Promise.resolve(run(context)),
};
