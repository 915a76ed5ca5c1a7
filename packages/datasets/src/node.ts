export { loadMnist } from './node/mnist.js';
export type { MnistOptions } from './node/mnist.js';
export { loadDataset } from './node/load.js';
export type { DatasetSpec } from './node/load.js';
export { loadIdxImages } from './node/idx-images.js';
