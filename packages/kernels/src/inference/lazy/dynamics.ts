import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import { dampedMode, heavyBallSteps } from './heavy-ball.js';
import type { ModeDynamics } from './problem.js';

/**
 * How the loss is descended. `'flow'`: θ̇ = −η∇L. `'momentum-flow'`: θ̈ + γθ̇ = −η∇L from rest, γ = `friction`. `'descent'`: steps
 * θ_{t+1} = θ_t − η∇L + μ(θ_t − θ_{t−1}), μ = `momentum` (default 0); its times are numbers of steps. Steps of momentum μ follow the momentum flow of learning
 * rate 1 at time t = k√η with friction (1−μ)/√η.
 */
export type TrainingDynamics =
  | { readonly type: 'flow' }
  | { readonly type: 'momentum-flow'; readonly friction: number }
  | { readonly type: 'descent'; readonly momentum?: number };

/** −expm1(−x)/x of the flow. */
const flowMode: ModeDynamics = (rate, time) => ({ decay: Math.exp(-rate * time), progress: -Math.expm1(-rate * time) / rate });

/** Times of a flow: t ≥ 0 or ∞. */
function checkTimes(times: readonly number[]): void {
  for (const t of times) if (!(t >= 0)) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'time', expected: 'numbers ≥ 0, or Infinity', got: String(t) });
}

/** The factor of each mode under the dynamics, with its parameters and times checked. `argument`: what the times are called. */
export function modeDynamics(dynamics: TrainingDynamics, times: readonly number[], argument = 'time'): ModeDynamics {
  switch (dynamics.type) {
    case 'flow':
      checkTimes(times);
      return flowMode;
    case 'momentum-flow': {
      const friction = checkNumber('friction', dynamics.friction, { min: 0 });
      checkTimes(times);
      if (friction === 0 && times.includes(Infinity))
        throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'friction', expected: 'a number > 0, for the motion to end', got: '0' });
      return (rate, time) => dampedMode(rate, friction, time);
    }
    case 'descent': {
      const momentum = checkNumber('momentum', dynamics.momentum ?? 0, { min: 0, max: 1 });
      for (const steps of times) checkInteger(argument, steps, { min: 0 });
      return (rate, steps) => heavyBallSteps(rate, momentum, steps);
    }
    default:
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'dynamics.type', expected: "'flow', 'momentum-flow' or 'descent'", got: JSON.stringify((dynamics as { type: unknown }).type) });
  }
}
