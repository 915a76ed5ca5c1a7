// Writes src/generated/, what the page ships beside its code: MNIST images and labels as two IDX files of bytes, drawn by
// @saddlepoint/datasets, and the WASM files of the tensor backend, found where @saddlepoint/finite-width has them.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadMnist } from '@saddlepoint/datasets/node';

const count = 1024;
const seed = 1;
const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../src/generated');

/** IDX: 0, 0, type (8 = unsigned byte), rank, the dimensions as big-endian uint32, the bytes. */
function idx(shape, bytes) {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, 8);
  header.setUint8(3, shape.length);
  shape.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  return Buffer.concat([Buffer.from(header.buffer), bytes]);
}

const { inputs, classes } = await loadMnist({ count, seed, normalize: 'none' });
fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(path.join(folder, 'mnist-images.idx'), idx([count, 28, 28], Uint8Array.from(inputs.data, (pixel) => Math.round(pixel * 255))));
fs.writeFileSync(path.join(folder, 'mnist-labels.idx'), idx([count], classes));

const finiteWidth = createRequire(createRequire(import.meta.url).resolve('@saddlepoint/finite-width'));
const backend = path.join(path.dirname(finiteWidth.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
for (const file of fs.readdirSync(backend).filter((name) => name.endsWith('.wasm') && !name.includes('threaded'))) fs.copyFileSync(path.join(backend, file), path.join(folder, file));
