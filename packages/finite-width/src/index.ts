export { chooseBackend } from './backend.js';
export type { Backend, BackendChoice, BackendName, WasmFile } from './backend.js';
export { trainEnsemble } from './train-ensemble.js';
export { empiricalNtk, initialParameters } from './empirical-ntk.js';
export type { EmpiricalNtkRequest } from './empirical-ntk.js';
export { trainableActivations } from './activation-ops.js';
export type { NetworkParameters } from './parameters.js';
export type {
  ChainDiagnostic,
  EnsembleOptions,
  EnsembleRequest,
  EnsembleResult,
  FeatureKernels,
  GaussNewton,
  GradientDescent,
  Langevin,
  Method,
  RecordOptions,
  SamplingReport,
  Series,
  Timings,
} from './types.js';
