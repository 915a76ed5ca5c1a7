export { computeKernels, layerKernels } from './mlp/compute-kernels.js';
export type { ComputeKernelsOptions, KernelOptions, NetworkKernels } from './mlp/compute-kernels.js';
export { kernelDiagonal } from './mlp/kernel-diagonal.js';
export type { KernelDiagonal } from './mlp/kernel-diagonal.js';
export { dualSeries } from './series/dual-series.js';
export type { DualSeries } from './series/dual-series.js';
export type { SeriesOptions } from './series/hermite-table.js';
export { gaussianExpectation } from './series/expectation.js';
export type { Expectation } from './series/expectation.js';
