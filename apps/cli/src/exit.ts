import { isSaddlepointError } from '@saddlepoint/core';

/** What the process's exit code says. */
export const exitCode = { ok: 0, failed: 1, usage: 2, notConverged: 3, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Tells the process how a command that ran ended, where it is not plain success. */
export type SetExitCode = (code: ExitCode) => void;

/** An error as it crosses from the worker: its class is gone, its fields are kept. */
export interface Fault {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly argument?: string;
  readonly stack?: string;
}

/** A command that failed in the worker. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/** Input that the command line itself refuses: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const outOfMemory = (error: Error): boolean => error.message === 'Array buffer allocation failed' || error.message.startsWith('Invalid typed array length') || ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY');

const memoryAdvice = 'out of memory: ask for fewer samples (--samples, --pool), or for a smaller network';

/** The fields of any thrown value that survive a message to another thread. */
export function toFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const argument = isSaddlepointError(error) ? { argument: error.argument } : {};
  return { name: error.name, message: outOfMemory(error) ? memoryAdvice : error.message, ...code, ...argument, ...(error.stack ? { stack: error.stack } : {}) };
}

/** Wrong input is the caller's to mend (2); anything else failed here (1). */
export const exitCodeOf = (fault: Fault): ExitCode => (fault.argument !== undefined || fault.name === 'UsageError' ? exitCode.usage : exitCode.failed);

/** One line for a person: what was wrong, or the stack when asked for. */
export const describe = (fault: Fault, debug: boolean): string =>
  debug && fault.stack ? fault.stack : `saddle: ${fault.message.split(/\s*\n\s*/).join(' ')}`;
