import { nextTurn, throwIfAborted, type Progress, type RunOptions } from '@saddlepoint/core';
import { parseExperiment } from './experiment/experiment.js';
import { loadData, prepareProblem, type Problem } from './problem.js';
import type { Lab } from './registry/lab.js';
import type { Stage } from './registry/stage.js';
import { reportSchemaVersion, type Report } from './report/report.js';
import { meanSquaredError } from './stages/statistics.js';

/** How to run an experiment. */
export interface ExperimentRunOptions extends RunOptions {
  /** Package versions to write into the report. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** A progress that never goes back: each stage owns a part of [0, 1] as large as its weight. */
function overall(weights: readonly number[], onProgress: RunOptions['onProgress']): (index: number, progress: Progress) => void {
  const total = weights.reduce((sum, w) => sum + w, 0);
  let reached = 0;
  return (index, { stage, fraction, detail }) => {
    const before = weights.slice(0, index).reduce((sum, w) => sum + w, 0);
    reached = Math.max(reached, Math.min(1, (before + weights[index] * Math.min(1, Math.max(0, fraction))) / total));
    onProgress?.({ stage, fraction: reached, ...(detail === undefined ? {} : { detail }) });
  };
}

const runtime = (): string =>
  typeof process !== 'undefined' && typeof process.versions?.node === 'string' ? `Node ${process.versions.node}` : 'web';

/**
 * Runs an experiment: loads its data, computes kernels on the pool once, and runs the lab's stages in their order. The same in the main
 * thread and in a worker. `seed` overrides that of the experiment; two runs with one seed differ only in timings.
 *
 * `onProgress` receives an overall fraction that only grows. Rejects with the signal's reason when aborted.
 *
 * @throws SaddlepointRangeError or SaddlepointTypeError naming the field when the experiment is malformed.
 */
export async function runExperiment(experiment: unknown, lab: Lab, options: ExperimentRunOptions = {}): Promise<Report> {
  const { onProgress, seed, packages = {}, signal = new AbortController().signal } = options;
  const parsed = parseExperiment(experiment, lab);
  const complete = seed === undefined ? parsed : { ...parsed, seed };
  const stages = lab.stages.filter((stage) => stage.weight(complete) > 0);
  const prepareWeight = (complete.kernels.length * complete.pool ** 3) / 1e9 + (complete.pool * (complete.pool + complete.test)) / 4e6;
  const tell = overall([0.5, prepareWeight, ...stages.map((stage) => stage.weight(complete))], onProgress);
  const timings: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    throwIfAborted(signal);
    await nextTurn();
    const begun = performance.now();
    const result = await work();
    throwIfAborted(signal);
    timings[name] = Math.round(performance.now() - begun);
    return result;
  };

  tell(0, { stage: 'data', fraction: 0 });
  const data = await timed('data', () => loadData(complete, lab));
  tell(1, { stage: 'kernels', fraction: 0 });
  const problem = await timed('kernels', () => prepareProblem(complete, data, lab, { signal, onProgress: (progress) => tell(1, progress) }));
  const sections: Record<string, unknown> = {};
  for (const [i, stage] of stages.entries()) {
    tell(i + 2, { stage: stage.title, fraction: 0 });
    sections[stage.name] = await timed(stage.name, () => runStage(stage, { experiment: complete, lab, problem, sections, seed: complete.seed }, i));
  }
  tell(stages.length + 1, { stage: 'done', fraction: 1 });
  return {
    kind: 'saddlepoint-report',
    schemaVersion: reportSchemaVersion,
    experiment: complete,
    seed: complete.seed,
    data: describe(problem),
    environment: { runtime: runtime(), backend: (sections.training as { backend?: string } | undefined)?.backend ?? null, packages },
    timings: { ...timings, total: Object.values(timings).reduce((sum, ms) => sum + ms, 0) },
    sections: sections,
  };

  function runStage(stage: Stage, context: Parameters<Stage['run']>[0], i: number): Promise<unknown> {
    return stage.run(context, { signal, onProgress: (progress) => tell(i + 2, progress) });
  }
}

function describe({ pool, test, binary }: Problem): Report['data'] {
  return {
    name: pool.name,
    provenance: pool.provenance,
    pool: pool.inputs.rows,
    test: test.inputs.rows,
    inputDimension: pool.inputs.cols,
    targetPower: meanSquaredError(test.targets.data, new Float64Array(test.targets.data.length)),
    binary,
  };
}
