import { mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './exit.js';

const code = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** An error about writing under `--out`, in one line. */
const unwritable = (path: string, reason: string): UsageError => new UsageError(`--out: expected a place that can be written (choose another), got ${path === '' ? '""' : path} (${reason})`);

/** Refuses, before any work is done, a directory that could not be made or written. */
export async function checkWritable(directory: string): Promise<void> {
  if (directory === '') throw unwritable(directory, 'no path');
  for (let path = resolve(directory); ; path = dirname(path)) {
    try {
      if (!(await stat(path)).isDirectory()) throw unwritable(directory, `${path} is a file`);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (!['ENOENT', 'ENOTDIR'].includes(code(error)) || path === dirname(path)) throw unwritable(directory, code(error));
      continue;
    }
    // Permission bits say nothing of read-only and virtual file systems: only trying does.
    await writing(directory, async () => rmdir(await mkdtemp(join(path, '.saddle-'))));
    return;
  }
}

/** Runs `write`, turning the file system's refusals into one line about `--out`. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw unwritable(path, code(error));
    throw error;
  }
}
