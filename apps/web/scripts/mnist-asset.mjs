// Writes src/generated/: the page's MNIST images and labels as two IDX files of bytes, drawn by @saddlepoint/datasets.
import fs from 'node:fs';
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
