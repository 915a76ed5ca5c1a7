import { unzipSync, zipSync } from 'fflate';
import type { Matrix } from '@saddlepoint/linalg';
import { dataError } from './errors.js';
import { encodeNpy, parseNpy } from './npy.js';
import type { NpyArray } from './npy.js';

/**
 * Decodes a NumPy .npz archive (stored or deflated) into its arrays by name.
 *
 * Throws `ERR_DATA` when the bytes are not a zip archive, and as `parseNpy` for the arrays in it.
 *
 * @example
 * import { encodeNpz, parseNpz } from '@saddlepoint/datasets';
 * import { matrix } from '@saddlepoint/linalg';
 * const arrays = parseNpz(encodeNpz({ inputs: matrix(2, 1, [3, 4]), targets: matrix(2, 1, [1, -1]) }));
 * Array.from(arrays.inputs.data); // => [3, 4]
 */
export function parseNpz(bytes: Uint8Array, name = '.npz data'): Record<string, NpyArray> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (cause) {
    throw dataError(name, 'a zip archive (save it with numpy.savez)', cause instanceof Error ? cause.message : String(cause));
  }
  const arrays: Record<string, NpyArray> = {};
  for (const [file, content] of Object.entries(files))
    if (file.endsWith('.npy')) arrays[file.slice(0, -4)] = parseNpy(content, `${name}, ${file}`);
  return arrays;
}

/**
 * Named matrices as the bytes of a .npz archive (deflated): `numpy.load` reads them back exactly.
 *
 * @example
 * import { encodeNpz } from '@saddlepoint/datasets';
 * import { matrix } from '@saddlepoint/linalg';
 * Array.from(encodeNpz({ inputs: matrix(1, 1, [2]) }).subarray(0, 2)); // => [80, 75]
 */
export function encodeNpz(arrays: Readonly<Record<string, Matrix>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const);
  // A fixed date, the earliest that zip knows: the same arrays give the same bytes.
  return zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1) });
}
