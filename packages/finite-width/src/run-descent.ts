import { descend } from './descent.js';
import type { GroupRun, Watch } from './descent.js';
import { float32Note, reporter, splitMembers, startTask } from './context.js';
import type { Context } from './context.js';
import { gaussNewton } from './gauss-newton.js';
import { recordSchedule } from './schedule.js';
import { gatherDescent } from './gather.js';
import { largestNtkEigenvalues } from './spectral.js';
import { disposeTask } from './task.js';
import type { EnsembleResult, GaussNewton, GradientDescent } from './types.js';

interface Settled {
  readonly ridge: number;
  readonly centred: boolean;
  readonly lossWeight: number;
  readonly steps: number;
  readonly tolerance: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly restart: boolean;
}

/** Largest NTK eigenvalue over the first few groups, with room for the members not looked at. */
async function typicalEigenvalue(context: Context, groups: readonly (readonly number[])[]): Promise<number> {
  let largest = 0;
  for (const members of groups.slice(0, 2)) {
    const task = startTask(context, context.plan, members, false);
    try {
      const values = await largestNtkEigenvalues(task.group, task.start, context.data.inputs, context.data.inputsT);
      largest = Math.max(largest, ...values);
    } finally {
      disposeTask(task);
    }
  }
  return 1.05 * largest;
}

async function settle(context: Context, method: GradientDescent | GaussNewton, groups: readonly (readonly number[])[]): Promise<Settled> {
  if (method.type === 'gauss-newton')
    return { ridge: method.ridge, centred: true, lossWeight: 1, steps: method.steps ?? 50, tolerance: method.tolerance ?? 1e-4, learningRate: 1, momentum: 0, restart: false };
  const ridge = method.weightDecayToInit ?? 0;
  const decays = method.weightDecayToInit !== undefined;
  const lossWeight = (method.loss ?? (decays ? 'sum' : 'mean')) === 'sum' ? 1 : 1 / context.data.targets.rows;
  const wanted = method.momentum ?? (ridge > 0 ? 'auto' : 0);
  let { learningRate } = method;
  let eigenvalue = method.largestEigenvalue;
  if (learningRate === undefined || wanted === 'auto') {
    eigenvalue ??= await typicalEigenvalue(context, groups);
    // Stable below 2/λ without momentum and below (2+2β)/((1+2β)λ) > 4/(3λ) with it; λ may double while features are learned.
    learningRate ??= (wanted === 0 ? 1 : 0.6) / (lossWeight * eigenvalue + ridge);
  }
  const inverseCondition = ridge * learningRate;
  const fitted = (1 - Math.sqrt(inverseCondition)) / (1 + Math.sqrt(inverseCondition));
  return {
    ridge,
    centred: method.centred ?? (ridge > 0 || context.plan.meanField),
    lossWeight,
    steps: method.steps,
    tolerance: method.tolerance ?? (ridge > 0 ? 1e-4 : 0),
    learningRate,
    momentum: wanted === 'auto' ? Math.max(0, fitted) : wanted,
    restart: wanted === 'auto',
  };
}

async function runGroup(context: Context, type: 'gradient-descent' | 'gauss-newton', settled: Settled, members: readonly number[], watch: Watch): Promise<GroupRun> {
  const task = startTask(context, context.plan, members, settled.centred);
  try {
    return await (type === 'gauss-newton' ? gaussNewton(task, settled, watch) : descend(task, settled, watch));
  } finally {
    disposeTask(task);
  }
}

/** Runs gradient descent or Gauss–Newton for all members and gathers the result. */
export async function runDescent(context: Context, method: GradientDescent | GaussNewton): Promise<EnsembleResult> {
  const begun = performance.now();
  const { request } = context;
  const groups = splitMembers(context, method.type === 'gauss-newton' ? 1 : Infinity);
  const settled = await settle(context, method, groups);
  const schedule = recordSchedule(settled.steps, request.record);
  const kernelSteps = request.record?.kernels ?? [];
  const report = reporter(context, 'training');
  const trained = performance.now();
  const runs: GroupRun[] = [];
  const queue = [...groups];
  let done = 0;
  let totalSteps = 0;
  for (let members = queue.shift(); members !== undefined; members = queue.shift()) {
    const running = members.length;
    const watch: Watch = {
      schedule,
      kernelSteps: new Set(kernelSteps.filter((step) => step !== 'final')),
      kernelAtEnd: kernelSteps.includes('final'),
      hook: request.record?.observe,
      afterStep: (step, loss) => report(done, running, step / Math.max(1, settled.steps), loss),
    };
    const run = await runGroup(context, method.type, settled, members, watch);
    // One lost member's NaN reaches its neighbours through the block structure: give each its own run.
    if (run.status === 'diverged' && members.length > 1) {
      queue.unshift(...members.map((member) => [member]));
      continue;
    }
    runs.push(run);
    done += running;
    totalSteps += run.steps * running;
  }
  const finished = performance.now();
  return {
    ...gatherDescent(context, runs, schedule, settled.learningRate),
    learningRate: settled.learningRate,
    momentum: settled.momentum,
    timings: { setupMs: trained - begun, totalMs: finished - begun, msPerStep: totalSteps === 0 ? 0 : (finished - trained) / (totalSteps / request.members) },
    backend: context.backend,
    seed: context.seed,
    notes: [float32Note],
  };
}
