export { chooseBackend } from './backend.js';
export type { Backend, BackendChoice, BackendName, WasmFile } from './backend.js';
export type {
  ChainDiagnostic, EnsembleOptions, EnsembleRequest, EnsembleResult, FeatureKernels, GaussNewton, GradientDescent, Langevin, Method,
  RecordOptions, SamplingReport, Series, Timings,
} from './types.js';
