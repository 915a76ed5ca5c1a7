// The engine for the sister packages that bring hot loops to it: internal, may change in any release.
export { withEngine, withHolder } from './engine/engine.js';
export type { Engine, Holder } from './engine/engine.js';
export type { GaussianKernels } from './engine/gaussian-kernels.js';
export type { Kernels } from './engine/kernels.js';
