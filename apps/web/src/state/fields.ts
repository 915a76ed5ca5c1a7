/** A quantity that a slider sets: its range, how it moves along it, and how it is named in words, in the address and in the theory. */
export interface NumericField {
  readonly kind: 'number';
  /** Key in the address. */
  readonly key: string;
  readonly label: string;
  readonly symbol: string;
  readonly unit?: string;
  readonly min: number;
  readonly max: number;
  /** `log` fields move in equal ratios, `steps` of them over the whole range. */
  readonly scale: 'linear' | 'log';
  readonly steps: number;
  readonly integer?: boolean;
  readonly initial: number;
  readonly hint: string;
}

/** A quantity picked from a list. */
export interface ChoiceField {
  readonly kind: 'choice';
  readonly key: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly initial: string;
}

const number = (field: Omit<NumericField, 'kind'>): NumericField => ({ kind: 'number', ...field });

/** Images, points or draws that each data set's pool holds. */
export const poolSize = 1024;

/** The largest training set of the real networks: the rest of the pool measures their test error. */
export const largestTrained = 512;

export const fields = Object.freeze({
  data: {
    kind: 'choice',
    key: 'data',
    label: 'data',
    options: [
      { value: 'mnist', label: 'MNIST odd/even' },
      { value: 'sphere', label: 'sphere teacher' },
      { value: 'power-law', label: 'power-law features' },
    ],
    initial: 'mnist',
  },
  activation: {
    kind: 'choice',
    key: 'act',
    label: 'activation φ',
    options: [
      { value: 'erf', label: 'erf' },
      { value: 'relu', label: 'ReLU' },
      { value: 'tanh', label: 'tanh' },
      { value: 'identity', label: 'identity (linear)' },
    ],
    initial: 'erf',
  },
  depth: number({ key: 'depth', label: 'hidden layers', symbol: 'L', min: 1, max: 5, scale: 'linear', steps: 4, integer: true, initial: 2, hint: 'number of hidden layers' }),
  weightVariance: number({ key: 'w', label: 'weight variance', symbol: 'σ_w²', min: 0.25, max: 4, scale: 'log', steps: 24, initial: 1, hint: 'variance of the weights per fan-in' }),
  biasVariance: number({ key: 'b', label: 'bias variance', symbol: 'σ_b²', min: 0, max: 1, scale: 'linear', steps: 20, initial: 0.05, hint: 'variance of the biases' }),
  ridge: number({ key: 'ridge', label: 'ridge', symbol: 'σ²', min: 1e-4, max: 10, scale: 'log', steps: 100, initial: 0.1, hint: 'added to the kernel’s diagonal; weight decay towards the initial weights' }),
  samples: number({ key: 'n', label: 'training samples', symbol: 'n', min: 8, max: poolSize, scale: 'log', steps: 35, integer: true, initial: 256, hint: 'size of the training set' }),
  target: number({ key: 'target', label: 'target error', symbol: 'E*', min: 0.01, max: 1, scale: 'log', steps: 40, initial: 0.25, hint: 'the test error you would like to reach' }),
  richness: number({ key: 'gamma', label: 'richness', symbol: 'γ', min: 0.05, max: 5, scale: 'log', steps: 40, initial: 1, hint: 'how far the features move in training: small is lazy' }),
  width: number({ key: 'width', label: 'width', symbol: 'N', unit: 'units', min: 32, max: 512, scale: 'log', steps: 4, integer: true, initial: 128, hint: 'units in each hidden layer of the trained networks' }),
  backend: {
    kind: 'choice',
    key: 'backend',
    label: 'runs on',
    options: [
      { value: 'auto', label: 'best available' },
      { value: 'webgpu', label: 'WebGPU' },
      { value: 'webgl', label: 'WebGL' },
      { value: 'wasm', label: 'WASM' },
      { value: 'cpu', label: 'plain CPU' },
    ],
    initial: 'auto',
  },
} as const satisfies Record<string, NumericField | ChoiceField>);

export type FieldName = keyof typeof fields;
export type NumberName = { [K in FieldName]: (typeof fields)[K] extends NumericField ? K : never }[FieldName];
export type ChoiceName = Exclude<FieldName, NumberName>;

/** Everything the page's view depends on. */
export type Experiment = Readonly<Record<NumberName, number>> & Readonly<Record<ChoiceName, string>>;

export const fieldNames = Object.keys(fields) as FieldName[];

export const isNumberName = (name: FieldName): name is NumberName => fields[name].kind === 'number';

/** The view without anything in the address. */
export const initialExperiment: Experiment = Object.freeze(
  Object.fromEntries(fieldNames.map((name) => [name, fields[name].initial])) as unknown as Experiment,
);
