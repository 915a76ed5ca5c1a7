import type { Progress } from '@saddlepoint/core';
import { pacer } from './pace.js';
import { drawParameters, groupSize, makeGroup, packGroup } from './parameters.js';
import type { NetworkPlan } from './plan.js';
import { makeTask } from './task.js';
import type { Data, Task } from './task.js';
import type { EnsembleRequest } from './types.js';

/** What a run needs besides its method. */
export interface Context {
  readonly request: EnsembleRequest;
  readonly plan: NetworkPlan;
  readonly data: Data;
  readonly backend: string;
  readonly seed: number | string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** Members split into groups that run side by side. */
export function splitMembers({ plan, request }: Context, most: number): number[][] {
  const size = Math.min(most, groupSize(plan, request.inputs.rows, request.members));
  const groups: number[][] = [];
  for (let first = 0; first < request.members; first += size)
    groups.push(Array.from({ length: Math.min(size, request.members - first) }, (_, i) => first + i));
  return groups;
}

export function startTask({ data, seed }: Context, plan: NetworkPlan, members: readonly number[], centred: boolean): Task {
  const group = makeGroup(plan, members);
  return makeTask(group, data, packGroup(plan, members.map((member) => drawParameters(plan, seed, member))), centred);
}

/** Yields, aborts and tells how far the run is: `done` members of all are finished, the current ones are `fraction` through. */
export function reporter({ signal, onProgress, request, plan }: Context, what: string): (done: number, running: number, fraction: number, loss: number) => Promise<void> {
  const pace = pacer(signal);
  const stage = `${what}, width ${plan.layers.length > 1 ? plan.layers[plan.layers.length - 2].fanOut : 0}`;
  let told = 0;
  return async (done, running, fraction, loss) => {
    const now = performance.now();
    if (onProgress !== undefined && now - told > 100) {
      told = now;
      onProgress({ stage, fraction: Math.min(1, (done + running * fraction) / request.members), detail: `train loss ${loss.toPrecision(4)}` });
    }
    await pace();
  };
}

export const float32Note = 'Arithmetic is float32: relative rounding 6e-8 per operation; gradients are not resolved below about 1e-6 of their start.';
