import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dataError } from '../errors.js';

/** The bytes of a file, gunzipped when its name ends in .gz; a missing or unreadable file is a one-line error naming it. */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (typeof path !== 'string' || path === '') throw dataError('dataset path', 'the path of a file', JSON.stringify(path) ?? 'nothing');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw dataError(path, 'a readable file (check the path)', code === 'ENOENT' ? 'no such file' : code);
  }
  if (!path.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw dataError(path, 'gzip data (download it again)', cause instanceof Error ? cause.message : String(cause));
  }
}

/** File name without directory and extensions. */
export const stem = (path: string): string => basename(path).replace(/(\.[a-z]+)+$/i, '');
