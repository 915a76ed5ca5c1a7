import type { Matrix } from '@saddlepoint/linalg';
import type { Status } from '@saddlepoint/core';
import { measureFeatureKernels, observe } from './observe.js';
import type { Observe, Row } from './observe.js';
import type { Parameters } from './parameters.js';
import type { Task } from './task.js';

/** What a group's run leaves behind. */
export interface GroupRun {
  readonly rows: readonly Row[];
  readonly kernels: readonly { readonly step: number; readonly members: Matrix[][] }[];
  readonly status: Status;
  readonly steps: number;
  readonly residual: number;
  /** Of the last step. */
  readonly learningRate: number;
  /** The largest used. */
  readonly momentum: number;
}

/** When and what to measure, and whom to ask for leave after every step. */
export interface Watch {
  readonly schedule: readonly number[];
  readonly kernelSteps: ReadonlySet<number>;
  readonly kernelAtEnd: boolean;
  readonly hook: Observe | undefined;
  /** Yields, reports progress, throws when aborted. `loss` is that of the group's first member at the last record. */
  readonly afterStep: (step: number, loss: number) => Promise<void>;
}

/** Growth of the loss or of the gradient over its start that no training comes back from. */
const BLOWN_UP = 1e4;

/** True when a row's loss is not a number or has grown past any sense. */
const blownUp = (row: Row, first: Row): boolean =>
  row.members.some(({ trainLoss }, e) => !(trainLoss <= BLOWN_UP * (first.members[e].trainLoss + Number.MIN_VALUE)));

/** The record of one group's run, the same for every method: what is due, the size of the gradient, and how it ended. */
export interface Journal {
  /** Measures what is due at `step`; false when a loss is lost. */
  readonly visit: (step: number, theta: Parameters) => Promise<boolean>;
  /** |∇| over the first |∇| ever told, and whether that ends the run. */
  readonly judge: (norm: number) => 'diverged' | 'converged' | null;
  readonly pause: (step: number) => Promise<void>;
  /** Measures the end. */
  readonly close: (step: number, theta: Parameters, status: Status, stride: Pick<GroupRun, 'learningRate' | 'momentum'>) => Promise<GroupRun>;
}

export function openJournal(task: Task, watch: Watch, tolerance: number): Journal {
  const due = new Set(watch.schedule);
  const rows: Row[] = [];
  const kernels: { step: number; members: Matrix[][] }[] = [];
  let firstNorm: number | null = null;
  let residual = 0;
  const measure = async (step: number, theta: Parameters): Promise<void> => {
    if (rows.at(-1)?.step !== step) rows.push(await observe(task, theta, step, watch.hook));
  };
  const measureKernels = async (step: number, theta: Parameters): Promise<void> => {
    if (kernels.at(-1)?.step !== step) kernels.push({ step, members: await measureFeatureKernels(task, theta) });
  };
  return {
    visit: async (step, theta) => {
      if (due.has(step)) {
        await measure(step, theta);
        if (blownUp(rows[rows.length - 1], rows[0])) return false;
      }
      if (watch.kernelSteps.has(step)) await measureKernels(step, theta);
      return true;
    },
    judge: (norm) => {
      firstNorm ??= norm;
      residual = firstNorm === 0 ? 0 : norm / firstNorm;
      if (!Number.isFinite(norm) || residual > BLOWN_UP) return 'diverged';
      return residual <= tolerance ? 'converged' : null;
    },
    pause: (step) => watch.afterStep(step, rows[rows.length - 1].members[0].trainLoss),
    close: async (step, theta, ending, stride) => {
      await measure(step, theta);
      const status = rows[rows.length - 1].members.some(({ trainLoss }) => !Number.isFinite(trainLoss)) ? 'diverged' : ending;
      if (watch.kernelAtEnd && status !== 'diverged') await measureKernels(step, theta);
      return { rows, kernels, status, steps: step, residual, ...stride };
    },
  };
}
