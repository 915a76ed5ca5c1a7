export { gaussianAdaptiveKernel, solveGaussianAdaptiveKernel } from './gaussian-adaptive-kernel.js';
export type { GaussianAdaptiveOptions, GaussianAdaptiveProblem } from './gaussian-adaptive-kernel.js';
export { weightOverlap } from './adaptive-solution.js';
export type { AdaptiveBranch, AdaptiveKernel, AdaptivePrediction, AdaptiveValidity } from './adaptive-solution.js';
export { kernelRescaling } from './kernel-rescaling.js';
export type { KernelRescaling, KernelRescalingProblem, RescalingBranch } from './kernel-rescaling.js';
export { kernelTargetAlignment } from './alignment.js';
export type { Targets } from './targets.js';
