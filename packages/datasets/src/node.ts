export { loadMnist } from './node/mnist.js';
export type { MnistOptions } from './node/mnist.js';
export { loadDataset } from './node/load.js';
export type { DatasetSpec } from './node/load.js';
export { loadIdxImages } from './node/idx-images.js';
export { createNpyWriter } from './node/npy-writer.js';
export type { NpyWriter, NpyWriterOptions } from './node/npy-writer.js';
