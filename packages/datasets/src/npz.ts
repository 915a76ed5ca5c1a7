import { unzipSync } from 'fflate';
import { dataError } from './errors.js';
import { parseNpy } from './npy.js';
import type { NpyArray } from './npy.js';

/**
 * Decodes a NumPy .npz archive (stored or deflated) into its arrays by name.
 *
 * Throws `ERR_DATA` when the bytes are not a zip archive, and as `parseNpy` for the arrays in it.
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
