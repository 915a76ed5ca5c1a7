import { modeDynamics } from './dynamics.js';
import { evolveModes, type LazyProblem, type LazyTrajectory } from './problem.js';

/**
 * Training of an infinitely wide network by gradient flow, in function space:
 * f_t(X) = y + e^{−ηΘs}(f₀−y), f_t(x*) = f₀(x*) + Θ_*Θ⁻¹(1−e^{−ηΘs})(y−f₀(X)), with s = t for the loss ½Σ(f−y)² (`'sum'`) and
 * s = t/n for (1/2n)Σ(f−y)² (`'mean'`). With a ridge σ², which pulls the parameters to their initial values, Θ⁻¹(1−e^{−ηΘs}) becomes
 * (Θ+σ²)⁻¹(1−e^{−η(Θ+σ²)s}): t = ∞ is ridge regression of y − f₀, on test and on training points.
 *
 * `time`: t ≥ 0, `Infinity` allowed; `learningRate`: η multiplies time. Each mode uses −expm1(−ηλs)/λ, so small λ lose no digits and a
 * singular Θ is ordinary: its zero modes do not move, and no test point sees them. `loss` in the result is in the convention asked for.
 * Sources: 1806.07572; 1902.06720, eqs. 8–11; 1905.11368 (ridge).
 *
 * @example
 * import { gradientFlow } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const flow = gradientFlow({ kernel: matrix(1, 1, [2]), targets: matrix(1, 1, [1]), time: [0, 0.5, Infinity], loss: 'sum' });
 * flow.train.map((f) => f.data[0]); // => [0, 0.632121, 1]
 * flow.loss[0]; // => 0.5
 * const decayed = gradientFlow({ kernel: matrix(1, 1, [2]), targets: matrix(1, 1, [1]), time: [Infinity], loss: 'sum', ridge: 0.5 });
 * decayed.train[0].data[0]; // => 0.8
 */
export function gradientFlow(problem: LazyProblem & { readonly time: readonly number[] }): LazyTrajectory {
  return evolveModes(problem, problem.time, modeDynamics({ type: 'flow' }, problem.time));
}

/**
 * The same training by full-batch gradient descent in steps of size η: residuals shrink by (1 − ηλ)^t (`'sum'`) or (1 − ηλ/n)^t
 * (`'mean'`), exactly, also where ηλ > 1 makes them alternate. With heavy-ball momentum μ, θ_{t+1} = θ_t − η∇L + μ(θ_t − θ_{t−1}) from rest, in closed
 * form per mode, real and complex roots alike. With a ridge λ → λ + σ².
 *
 * `steps`: integers ≥ 0. Above {@link maximalLearningRate} the residuals grow; an overflow throws `ERR_NOT_FINITE`. Source: Polyak (1964).
 *
 * @example
 * import { gradientDescent } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const problem = { kernel: matrix(1, 1, [2]), targets: matrix(1, 1, [1]), steps: [0, 1, 2], learningRate: 0.25, loss: 'sum' as const };
 * gradientDescent(problem).train.map((f) => f.data[0]); // => [0, 0.5, 0.75]
 * gradientDescent({ ...problem, momentum: 0.5 }).train.map((f) => f.data[0]); // => [0, 0.5, 1]
 */
export function gradientDescent(problem: LazyProblem & { readonly steps: readonly number[]; readonly momentum?: number }): LazyTrajectory {
  const { steps, momentum = 0 } = problem;
  return evolveModes(problem, steps, modeDynamics({ type: 'descent', momentum }, steps, 'steps'));
}

/**
 * Training with momentum in continuous time, θ̈ + γθ̇ = −η∇L from rest: each mode of rate κ = η(λ+σ²) (η/n for the mean loss) is a damped oscillator,
 * ë + γė + κe = 0, solved in closed form (over- and underdamped, critical, and short times without loss of digits).
 *
 * `time`: t ≥ 0, `Infinity` when `friction` γ > 0. Heavy-ball steps of size h² and momentum 1 − γh follow it as h → 0, at t = kh (η = 1). At large γ it is gradient flow
 * at time t/γ. Source: Polyak (1964); Su, Boyd & Candès, 1503.01243, section 1.
 *
 * @example
 * import { momentumFlow } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * // Without friction a mode swings about its target: 1 − cos(√2 t)
 * const swing = momentumFlow({ kernel: matrix(1, 1, [2]), targets: matrix(1, 1, [1]), time: [1, 2], friction: 0, loss: 'sum' });
 * swing.train.map((f) => f.data[0]); // => [0.844056, 1.951363]
 */
export function momentumFlow(problem: LazyProblem & { readonly time: readonly number[]; readonly friction: number }): LazyTrajectory {
  const { time, friction } = problem;
  return evolveModes(problem, time, modeDynamics({ type: 'momentum-flow', friction }, time));
}
