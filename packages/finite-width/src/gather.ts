import type { Status } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';
import type { Context } from './context.js';
import type { GroupRun } from './journal.js';
import { squaredError } from './observe.js';
import type { MemberRow } from './observe.js';
import { alignRows, seriesFrom, seriesOf, stacked, summarizeKernels } from './series.js';
import type { EnsembleResult, FeatureKernels, Series } from './types.js';

const severity: readonly Status[] = ['diverged', 'stalled', 'max-iterations', 'converged'];

/** The worst of several endings. */
const worst = (statuses: readonly Status[]): Status => severity.find((status) => statuses.includes(status)) ?? 'converged';

/** `{ [key]: value }`, or nothing when there is no value: exact optional properties. */
export const maybe = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> => (value === undefined ? {} : ({ [key]: value } as Record<K, V>));

const testsOf = (row: readonly MemberRow[]): Matrix | undefined => {
  const tests = row.flatMap(({ test }) => (test === null ? [] : [test]));
  return tests.length === 0 ? undefined : stacked(tests);
};

/** Test error of the mean over members. */
export const meanPredictorError = (testOutputs: Matrix | undefined, targets: Matrix | null): number | undefined =>
  testOutputs === undefined || targets === null ? undefined : squaredError(seriesOf(testOutputs).mean, targets.data) / targets.rows;

function observedSeries(rows: readonly (readonly MemberRow[])[]): Readonly<Record<string, Series>> | undefined {
  const keys = Object.keys(rows[0][0].observed ?? {});
  if (keys.length === 0) return undefined;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const series = seriesFrom(rows, ({ observed }) => observed?.[key] ?? null);
      return series === undefined ? [] : [[key, series]];
    }),
  );
}

function kernelsOf(runs: readonly GroupRun[]): FeatureKernels[] {
  const steps = [...new Set(runs.flatMap((run) => run.kernels.map(({ step }) => step)))].sort((a, b) => a - b);
  return steps.map((step) => summarizeKernels(step, runs.flatMap((run) => run.kernels.findLast((kernel) => kernel.step <= step)?.members ?? [])));
}

type Gathered = Omit<EnsembleResult, 'learningRate' | 'momentum' | 'timings' | 'backend' | 'seed' | 'notes'>;

/** Puts the groups' runs together into one result. */
export function gatherDescent({ request, data }: Context, runs: readonly GroupRun[], schedule: readonly number[], learningRate: number): Gathered {
  const perMember = <T>(pick: (run: GroupRun) => T): T[] => runs.flatMap((run) => run.rows[0].members.map(() => pick(run)));
  const { steps, rows } = alignRows(runs, schedule);
  const final = rows[rows.length - 1];
  const statuses = perMember((run) => run.status);
  const testOutputs = testsOf(final);
  const histories = rows.flatMap((row) => testsOf(row) ?? []);
  return {
    status: worst(statuses),
    memberStatus: statuses,
    steps: steps[steps.length - 1],
    memberSteps: perMember((run) => run.steps),
    residual: Math.max(...runs.map((run) => run.residual)),
    recordSteps: steps,
    times: Float64Array.from(steps, (step) => step * learningRate),
    trainLoss: seriesOf(matrixOf(rows)),
    ...maybe('testError', seriesFrom(rows, (row) => row.testError)),
    ...maybe('classificationError', seriesFrom(rows, (row) => row.classificationError)),
    ...maybe('observed', observedSeries(rows)),
    trainOutputs: stacked(final.map(({ train }) => train)),
    ...maybe('testOutputs', testOutputs),
    ...maybe('meanPredictorTestError', meanPredictorError(testOutputs, data.testTargets)),
    ...(request.record?.outputs === true
      ? { outputHistory: { train: rows.map((row) => stacked(row.map(({ train }) => train))), ...(histories.length === 0 ? {} : { test: histories }) } }
      : {}),
    featureKernels: kernelsOf(runs),
  };
}

const matrixOf = (rows: readonly (readonly MemberRow[])[]): Matrix =>
  stacked(rows[0].map((_, e) => Float64Array.from(rows, (row) => row[e].trainLoss)));
