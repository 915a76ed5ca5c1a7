import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { SaddlepointRangeError, checkInteger, checkLength } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';
import { dataError } from '../errors.js';
import { npyHeader, putFloats, type NpyFloat } from '../npy-header.js';

/** The shape of a .npy file to be written. */
export interface NpyWriterOptions {
  readonly rows: number;
  readonly cols: number;
  /** Numbers of 8 bytes (the default) or rounded to 4. */
  readonly dtype?: NpyFloat;
}

/** A .npy file that takes its rows as they come. Calls may follow one another without waiting: they run in order. */
export interface NpyWriter {
  /** Appends the rows of `band`. */
  readonly write: (band: Matrix) => Promise<void>;
  /** Moves the finished file to its place; throws when rows are missing. */
  readonly close: () => Promise<void>;
  /** Removes what was written. Does nothing after {@link close}. */
  readonly abort: () => Promise<void>;
}

/** Bytes converted at a time. */
const CHUNK = 2 ** 20;

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

/** Runs `work`, naming the path when the file system refuses. */
async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw dataError(path, 'a place that can be written (check the folder and the space left)', code);
  }
}

/**
 * Begins a .npy file of rows × cols numbers, `<f8` or `<f4` in C order, that is written band by band: `numpy.load` reads it, also with
 * `mmap_mode`. Memory holds 1 MB besides the band. Until `close`, the data stand in a temporary file beside `path`, which a failure or `abort` removes: `path`
 * never holds half a matrix.
 *
 * Throws `ERR_SHAPE` for a band with other columns, `ERR_DATA` for too many rows, missing rows at `close`, a place that cannot be written,
 * or a writer that is closed.
 *
 * @example
 * import { mkdtemp, readFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { parseNpy } from '@saddlepoint/datasets';
 * import { createNpyWriter } from '@saddlepoint/datasets/node';
 * import { matrix } from '@saddlepoint/linalg';
 * const path = `${await mkdtemp(`${tmpdir()}/npy-`)}/kernel.npy`;
 * const writer = await createNpyWriter(path, { rows: 3, cols: 2 });
 * await writer.write(matrix(2, 2, [1, 2, 3, 4]));
 * await writer.write(matrix(1, 2, [5, 6]));
 * await writer.close();
 * parseNpy(await readFile(path)).shape; // => [3, 2]
 */
export async function createNpyWriter(path: string, { rows, cols, dtype = 'f8' }: NpyWriterOptions): Promise<NpyWriter> {
  if (typeof path !== 'string' || path === '') throw dataError('path', 'the path of a file', JSON.stringify(path) ?? 'nothing');
  checkInteger('rows', rows, { min: 0 });
  checkInteger('cols', cols, { min: 0 });
  const size = { f8: 8, f4: 4 }[dtype] as number | undefined;
  if (size === undefined) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'dtype', expected: "'f8' or 'f4'", got: JSON.stringify(dtype) });
  const temporary = `${path}.${randomUUID()}.part`;
  const file = await onDisk(path, () => open(temporary, 'wx'));
  const chunk = new Uint8Array(Math.min(CHUNK, size * rows * cols));
  const view = new DataView(chunk.buffer);
  const perChunk = chunk.length / size;
  let state: 'open' | 'closed' | 'removed' = 'open';
  let written = 0;

  const remove = async (): Promise<void> => {
    if (state !== 'open') return;
    state = 'removed';
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
  };
  let last: Promise<void> = Promise.resolve();
  /** After what was asked before; any failure ends the file. */
  const next = (work: () => Promise<void>): Promise<void> => {
    const result = last.then(async () => {
      if (state !== 'open') throw dataError(path, 'a writer that is still open', state === 'closed' ? 'one that is closed' : 'one that failed or was aborted');
      try {
        await work();
      } catch (cause) {
        await remove();
        throw cause;
      }
    });
    last = result.catch(() => undefined);
    return result;
  };

  const writer: NpyWriter = {
    write: (band) =>
      next(async () => {
        checkLength('band.cols', band.cols, cols, 'as many columns as the file,');
        checkLength('band.data', band.data.length, band.rows * band.cols);
        if (written + band.rows > rows) throw dataError(path, `${rows} rows in all`, `${written + band.rows}`);
        await onDisk(path, async () => {
          for (let from = 0; from < band.data.length; from += perChunk) {
            const values = band.data.subarray(from, from + perChunk);
            putFloats(view, 0, values, dtype);
            await writeAll(file, chunk.subarray(0, size * values.length));
          }
        });
        written += band.rows;
      }),
    close: () =>
      next(async () => {
        if (written < rows) throw dataError(path, `${rows} rows before close`, `${written}`);
        await onDisk(path, async () => {
          await file.sync();
          await file.close();
          await rename(temporary, path);
        });
        state = 'closed';
      }),
    abort: () => (last = last.then(remove)),
  };
  await next(() => onDisk(path, () => writeAll(file, npyHeader(rows, cols, dtype))));
  return writer;
}
