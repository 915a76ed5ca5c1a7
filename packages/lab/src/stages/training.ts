import { withWidth } from '@saddlepoint/architecture';
import { take } from '@saddlepoint/datasets';
import { trainEnsemble, type EnsembleResult } from '@saddlepoint/finite-width';
import type { TrainingSpec } from '../experiment/schema.js';
import type { Stage, StageContext, StageOptions } from '../registry/stage.js';
import type { LearningCurveSection, TrainedPoint, TrainingSection } from '../report/sections.js';
import { drawIndices } from './learning-curve.js';
import { estimate } from './statistics.js';

interface Job { readonly width: number; readonly samples: number; readonly members: number; readonly sets: number }

/** Training sets of a size: the scatter between small ones is large and they cost little, so they get more. */
const setsAt = (samples: number, sets: number): number => Math.max(sets, Math.min(4 * sets, Math.ceil((sets * 64) / samples)));

const jobsOf = (training: TrainingSpec, samples: readonly number[]): Job[] =>
  training.widths.flatMap((entry) => (entry.samples ?? samples).map((n) => ({ width: entry.width, samples: n, members: entry.members, sets: setsAt(n, entry.sets) })));

/** Work of a job, in seconds of a busy core: Gauss–Newton steps, and passes over the test samples. */
const costOf = ({ width, samples, members, sets }: Job, test: number): number =>
  sets * members * (0.0065 * samples * (1 + samples / 2000) + 0.8e-9 * test * width * (width + 800));

interface SetResult {
  readonly result: EnsembleResult;
  readonly draw: number;
}

function summarise(sets: readonly SetResult[], { samples }: Job, binary: boolean, curve: LearningCurveSection | undefined): TrainedPoint {
  const last = (series: { readonly members: { readonly rows: number; readonly cols: number; readonly data: ArrayLike<number> } }): number[] =>
    Array.from({ length: series.members.rows }, (_, i) => series.members.data[(i + 1) * series.members.cols - 1]);
  // The spread over training sets contains that over initialisations; with one set only the latter is seen.
  const over = (values: readonly (readonly number[])[]) => {
    const count = values.flat().length;
    return { ...estimate(values.length > 1 ? values.map((v) => estimate(v).mean) : values[0]), count };
  };
  const testErrors = sets.map(({ result }) => (result.testError === undefined ? [] : last(result.testError)));
  const trainErrors = sets.map(({ result }) => last(result.trainLoss).map((loss) => 2 * loss));
  const signErrors = sets.map(({ result }) => (result.classificationError === undefined ? [] : last(result.classificationError)));
  const ntk = curve?.curves.find((c) => c.kernel === 'ntk');
  const at = curve?.samples.indexOf(samples) ?? -1;
  const regression = at < 0 ? undefined : ntk?.regression[at];
  const ratios = regression === undefined ? [] : sets.map(({ draw }, s) => estimate(testErrors[s]).mean / regression.testErrors[draw] - 1);
  const testError = over(testErrors);
  const predicted = at < 0 ? undefined : ntk?.theories[0]?.testError[at];
  return {
    samples,
    testError,
    trainError: over(trainErrors),
    signError: binary ? over(signErrors) : null,
    differenceFromTheory: predicted === undefined ? null : testError.mean / predicted - 1,
    differenceFromRegression: ratios.length === 0 ? null : estimate(ratios),
    residual: Math.max(...sets.map(({ result }) => result.residual)),
    converged: sets.reduce((sum, { result }) => sum + result.memberStatus.filter((status) => status === 'converged').length, 0),
  };
}

async function run({ experiment, problem, sections, seed }: StageContext, { signal, onProgress }: StageOptions): Promise<TrainingSection> {
  const { training, network, ridge, samples } = experiment;
  if (training === undefined) throw new Error('the stage has weight 0 without training');
  const jobs = jobsOf(training, samples);
  const total = jobs.reduce((sum, job) => sum + costOf(job, experiment.test), 0);
  const widths = new Map<number, TrainedPoint[]>();
  const notes = new Set<string>();
  let backend = '';
  let done = 0;
  for (const job of jobs) {
    const sets: SetResult[] = [];
    for (let draw = 0; draw < job.sets; draw++) {
      const { inputs, targets } = take(problem.pool, drawIndices(seed, draw, problem.pool.inputs.rows, job.samples));
      const share = costOf(job, experiment.test) / job.sets / total;
      const before = done;
      const result = await trainEnsemble(
        {
          network: withWidth(network, job.width),
          inputs,
          targets,
          testInputs: problem.test.inputs,
          testTargets: problem.test.targets,
          members: job.members,
          method: { type: 'gauss-newton', ridge, steps: training.maximumSteps, tolerance: training.tolerance },
          record: { count: 1 },
        },
        {
          signal,
          seed: `${seed}/training/${job.width}/${job.samples}/${draw}`,
          onProgress: ({ fraction, detail }) =>
            onProgress({ stage: `training width ${job.width} on ${job.samples} samples`, fraction: before + share * fraction, ...(detail === undefined ? {} : { detail }) }),
        },
      );
      done += share;
      backend = result.backend;
      result.notes.forEach((note) => notes.add(note));
      sets.push({ result, draw });
    }
    widths.set(job.width, [...(widths.get(job.width) ?? []), summarise(sets, job, problem.binary, sections.learningCurve)]);
  }
  return { backend, widths: [...widths].map(([width, points]) => ({ width, points })), notes: [...notes] };
}

/** Finite networks trained on the same training sets as the regression. */
export const trainingStage: Stage = {
  name: 'training',
  title: 'trained networks',
  weight: ({ training, samples, test }) => (training === undefined ? 0 : jobsOf(training, samples).reduce((sum, job) => sum + costOf(job, test), 0)),
  run,
};
