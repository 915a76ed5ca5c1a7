export { worstRelativeError } from './matchers.js';
export { loadGolden } from './golden.js';
export type { Golden } from './golden.js';
export { kernelContract } from './kernel-contract.js';
export type { KernelContractOptions, KernelFunction, Kernels, MatrixLike } from './kernel-contract.js';
