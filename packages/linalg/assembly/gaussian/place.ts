import { argument, integer, setArgument } from '../parallel';
import { PLACE } from './kinds';
import { OWN, firstRow, runPlane, setPlane } from './plane';

// A tile of a symmetric matrix into both of its triangles.
const SOURCE: i32 = OWN;
const TARGET: i32 = OWN + 1;
const SIZE: i32 = OWN + 2;
const FROM: i32 = OWN + 3;
const FROM2: i32 = OWN + 4;
const HEIGHT: i32 = OWN + 5;
const WIDTH: i32 = OWN + 6;

// Rows and columns of a block: what both triangles take of it stays in the first-level cache.
const BLOCK: i32 = 16;

export function placeChunk(chunk: i32): void {
  const n = integer(SIZE);
  const from = integer(FROM);
  const from2 = integer(FROM2);
  const height = integer(HEIGHT);
  const width = integer(WIDTH);
  const to = firstRow(chunk + 1);
  for (let block = firstRow(chunk); block < to; block++) {
    const i0 = block * BLOCK;
    const i1 = min(height, i0 + BLOCK);
    for (let j0 = 0; j0 < width && from2 + j0 < from + i1; j0 += BLOCK) {
      const j1 = min(width, j0 + BLOCK);
      for (let i = i0; i < i1; i++) {
        const row = from + i;
        const end = min(j1, row - from2 + 1);
        let x = argument(SOURCE) + ((<usize>i * width + j0) << 3);
        let y = argument(TARGET) + ((<usize>row * n + from2 + j0) << 3);
        let z = argument(TARGET) + ((<usize>(from2 + j0) * n + row) << 3);
        for (let j = j0; j < end; j++) {
          const value = load<f64>(x);
          store<f64>(y, value);
          store<f64>(z, value);
          x += 8;
          y += 8;
          z += <usize>n << 3;
        }
      }
    }
  }
}

// The tile height × width at rows `from` and columns `from2` of the n×n matrix at `dst`: entries on and below the diagonal, and their mirror images.
export function placeTile(height: i32, width: i32, src: usize, n: i32, dst: usize, from: i32, from2: i32): void {
  setPlane(PLACE, (height + BLOCK - 1) / BLOCK, width * BLOCK, 0, -1);
  setArgument(SOURCE, src);
  setArgument(TARGET, dst);
  setArgument(SIZE, n);
  setArgument(FROM, from);
  setArgument(FROM2, from2);
  setArgument(HEIGHT, height);
  setArgument(WIDTH, width);
  runPlane(4);
}
