export { twoLayerDmft } from './two-layer-dmft.js';
export type { TwoLayerProblem } from './two-layer-dmft.js';
export type { KernelSnapshot, TwoLayerDynamics } from './two-layer-summary.js';
export { deepLinearDmft } from './deep-linear-dmft.js';
export type { DeepLinearDynamics, DeepLinearProblem, DeepLinearSnapshot } from './deep-linear-dmft.js';
export { lazyDynamics } from './lazy-dynamics.js';
export type { LazyDynamics, LazyProblem } from './lazy-dynamics.js';
