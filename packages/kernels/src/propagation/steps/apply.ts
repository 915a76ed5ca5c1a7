import type { Context, State } from '../context.js';
import type { Step } from '../plan.js';
import { affineStep } from './affine.js';
import { convStep } from './conv.js';
import { trackError } from './errors.js';
import { mapStep } from './map.js';
import { aggregateStep, attentionStep } from './mix.js';
import { dropoutStep, layerNormStep } from './normalise.js';
import { flattenStep, globalPoolStep, poolStep } from './pool.js';

/** One step other than branches on a state, in place of it. */
export function applyStep(context: Context, state: State, step: Exclude<Step, { kind: 'branches' }>): State {
  if (context.self) trackError(context, state, step);
  switch (step.kind) {
    case 'affine':
      return affineStep(context, state, step.affine, step.sine);
    case 'map':
      return mapStep(context, state, step);
    case 'conv':
      return convStep(context, state, step);
    case 'pool':
      return poolStep(context, state, step);
    case 'globalPool':
      return globalPoolStep(context, state, step);
    case 'flatten':
      return flattenStep(context, state, step);
    case 'dropout':
      return dropoutStep(context, state, step.keep);
    case 'layerNorm':
      return layerNormStep(context, state, step.epsilon);
    case 'attention':
      return attentionStep(context, state, step);
    case 'aggregate':
      return aggregateStep(context, state, step);
  }
}
