import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeNpy, parseNpy } from '@saddlepoint/datasets';
import { createNpyWriter } from '@saddlepoint/datasets/node';
import { matrix, rowsOf, type Matrix } from '@saddlepoint/linalg';
import { messageOfAsync } from './errors.js';

let root: string;
let folder: string;
let path: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saddlepoint-npy-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'test-'));
  path = join(folder, 'kernel.npy');
});
afterAll(() => rm(root, { recursive: true }));

const numbers = (rows: number, cols: number): Matrix => matrix(rows, cols, Float64Array.from({ length: rows * cols }, (_, k) => Math.sin(k) * 10 ** (k % 7)));
const bands = (whole: Matrix, height: number): Matrix[] =>
  Array.from({ length: Math.ceil(whole.rows / height) }, (_, b) => rowsOf(whole, Array.from({ length: Math.min(height, whole.rows - b * height) }, (__, i) => b * height + i)));

describe('a .npy file by bands of rows', () => {
  it.each([1, 3, 7, 50])('is that of the whole matrix, bands of %i rows', async (height) => {
    const whole = numbers(50, 4);
    const writer = await createNpyWriter(path, { rows: 50, cols: 4 });
    for (const band of bands(whole, height)) await writer.write(band);
    expect(await readdir(folder)).not.toContain('kernel.npy');
    await writer.close();
    expect(await readdir(folder)).toEqual(['kernel.npy']);
    expect(new Uint8Array(await readFile(path))).toEqual(encodeNpy(whole));
  });

  it('holds bands of more than one chunk, and calls that do not wait', async () => {
    // 1 MB chunks: 3 bands of 1.6 MB.
    const whole = numbers(300, 2000);
    const writer = await createNpyWriter(path, { rows: 300, cols: 2000 });
    await Promise.all([...bands(whole, 100).map((band) => writer.write(band)), writer.close()]);
    expect(Buffer.compare(await readFile(path), encodeNpy(whole))).toBe(0);
  });

  it('rounds to single precision when asked', async () => {
    const whole = numbers(20, 3);
    const writer = await createNpyWriter(path, { rows: 20, cols: 3, dtype: 'f4' });
    for (const band of bands(whole, 8)) await writer.write(band);
    await writer.close();
    const { dtype, shape, data } = parseNpy(await readFile(path));
    expect([dtype, shape]).toEqual(['<f4', [20, 3]]);
    expect(data).toEqual(whole.data.map(Math.fround));
  });

  it('may be empty', async () => {
    await (await createNpyWriter(path, { rows: 0, cols: 5 })).close();
    expect(parseNpy(await readFile(path)).shape).toEqual([0, 5]);
  });

  it('replaces the old file only when done', async () => {
    await writeFile(path, 'old');
    const first = await createNpyWriter(path, { rows: 2, cols: 1 });
    await first.write(matrix(1, 1, [1]));
    await first.abort();
    await first.abort();
    expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['old', ['kernel.npy']]);
    const second = await createNpyWriter(path, { rows: 1, cols: 1 });
    await second.write(matrix(1, 1, [7]));
    await second.close();
    await second.abort();
    expect(Array.from(parseNpy(await readFile(path)).data)).toEqual([7]);
  });
});

describe('what does not fit', () => {
  it.each<[string, string, Matrix[], string]>([
    ['too many rows', 'ERR_DATA', [numbers(2, 3), numbers(2, 3)], 'kernel.npy: expected 3 rows in all, got 4'],
    ['missing rows', 'ERR_DATA', [numbers(2, 3)], 'kernel.npy: expected 3 rows before close, got 2'],
    ['other columns', 'ERR_SHAPE', [numbers(3, 2)], 'band.cols: expected as many columns as the file, 3, got 2'],
    ['too few numbers', 'ERR_SHAPE', [{ rows: 3, cols: 3, data: new Float64Array(8) }], 'band.data: expected'],
  ])('%s: one line, and nothing is left behind', async (_what, code, parts, message) => {
    const writer = await createNpyWriter(path, { rows: 3, cols: 3 });
    const said = await messageOfAsync(code, async () => {
      for (const part of parts) await writer.write(part);
      await writer.close();
    });
    expect(said).toContain(message);
    expect(await readdir(folder)).toEqual([]);
    expect(await messageOfAsync('ERR_DATA', () => writer.write(numbers(1, 3)))).toContain('expected a writer that is still open, got one that failed or was aborted');
  });

  it('names a place that cannot be written, and options that mean nothing', async () => {
    expect(await messageOfAsync('ERR_DATA', () => createNpyWriter(join(folder, 'none', 'k.npy'), { rows: 1, cols: 1 }))).toContain('got ENOENT');
    expect(await messageOfAsync('ERR_DATA', () => createNpyWriter('', { rows: 1, cols: 1 }))).toContain('the path of a file');
    await messageOfAsync('ERR_ARGUMENT_RANGE', () => createNpyWriter(path, { rows: 1.5, cols: 1 }));
    await messageOfAsync('ERR_ARGUMENT_RANGE', () => createNpyWriter(path, { rows: 1, cols: -1 }));
    await messageOfAsync('ERR_ARGUMENT_RANGE', () => createNpyWriter(path, { rows: 1, cols: 1, dtype: 'f2' as 'f4' }));
    expect(await readdir(folder)).toEqual([]);
  });

  it('a failed rename removes the data', async () => {
    await mkdir(join(path, 'full'), { recursive: true });
    const writer = await createNpyWriter(path, { rows: 1, cols: 1 });
    await writer.write(matrix(1, 1, [1]));
    expect(await messageOfAsync('ERR_DATA', () => writer.close())).toContain('expected a place that can be written');
    expect(await readdir(folder)).toEqual(['kernel.npy']);
  });
});
