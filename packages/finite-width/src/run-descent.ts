import { accelerate } from './accelerated.js';
import { descend } from './descent.js';
import type { GroupRun, Watch } from './journal.js';
import { float32Note, reporter, splitMembers, startTask } from './context.js';
import type { Context } from './context.js';
import { gaussNewton } from './gauss-newton.js';
import { recordSchedule } from './schedule.js';
import { gatherDescent } from './gather.js';
import { largestNtkEigenvalues } from './spectral.js';
import { disposeTask } from './task.js';
import type { Task } from './task.js';
import type { EnsembleResult, GaussNewton, GradientDescent } from './types.js';

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

/** How one group is trained. */
type Trainer = (task: Task, watch: Watch) => Promise<GroupRun>;

interface Settled {
  readonly groups: readonly (readonly number[])[];
  readonly centred: boolean;
  readonly steps: number;
  readonly train: Trainer;
}

async function settle(context: Context, method: GradientDescent | GaussNewton): Promise<Settled> {
  if (method.type === 'gauss-newton') {
    const options = { steps: method.steps ?? 50, ridge: method.ridge, tolerance: method.tolerance ?? 1e-4 };
    return { groups: splitMembers(context, 1), centred: true, steps: options.steps, train: (task, watch) => gaussNewton(task, options, watch) };
  }
  const { steps } = method;
  const ridge = method.weightDecayToInit ?? 0;
  const decays = method.weightDecayToInit !== undefined;
  const lossWeight = (method.loss ?? (decays ? 'sum' : 'mean')) === 'sum' ? 1 : 1 / context.data.targets.rows;
  const momentum = method.momentum ?? (ridge > 0 ? 'auto' : 0);
  const centred = method.centred ?? (ridge > 0 || context.plan.meanField);
  const shared = { steps, ridge, lossWeight, tolerance: method.tolerance ?? (ridge > 0 ? 1e-4 : 0) };
  // Where the pace follows the landscape, each member has its own.
  const groups = splitMembers(context, momentum === 'auto' ? 1 : Infinity);
  if (momentum === 'auto') {
    const options = { ...shared, givenRate: method.learningRate, eigenvalue: method.largestEigenvalue };
    return { groups, centred, steps, train: (task, watch) => accelerate(task, options, watch) };
  }
  // Stable below 2/λ without momentum and below (2+2β)/((1+2β)λ) > 4/(3λ) with it; λ may double while features are learned.
  const learningRate =
    method.learningRate ?? (momentum === 0 ? 1 : 0.6) / (lossWeight * (method.largestEigenvalue ?? (await typicalEigenvalue(context, groups))) + ridge);
  return { groups, centred, steps, train: (task, watch) => descend(task, { ...shared, learningRate, momentum }, watch) };
}

async function runGroup(context: Context, { centred, train }: Settled, members: readonly number[], watch: Watch): Promise<GroupRun> {
  const task = startTask(context, context.plan, members, centred);
  try {
    return await train(task, watch);
  } finally {
    disposeTask(task);
  }
}

/** Runs gradient descent or Gauss–Newton for all members and gathers the result. */
export async function runDescent(context: Context, method: GradientDescent | GaussNewton): Promise<EnsembleResult> {
  const begun = performance.now();
  const { request } = context;
  const settled = await settle(context, method);
  const schedule = recordSchedule(settled.steps, request.record);
  const kernelSteps = request.record?.kernels ?? [];
  const report = reporter(context, 'training');
  const trained = performance.now();
  const runs: GroupRun[] = [];
  const queue = [...settled.groups];
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
    const run = await runGroup(context, settled, members, watch);
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
  const learningRate = Math.min(...runs.map((run) => run.learningRate));
  return {
    ...gatherDescent(context, runs, schedule, learningRate),
    learningRate,
    momentum: Math.max(...runs.map((run) => run.momentum)),
    timings: { setupMs: trained - begun, totalMs: finished - begun, msPerStep: totalSteps === 0 ? 0 : (finished - trained) / (totalSteps / request.members) },
    backend: context.backend,
    seed: context.seed,
    notes: [float32Note],
  };
}
