import { expect } from 'vitest';
import { isSaddlepointError } from '@saddlepoint/core';

/** Runs `action` and returns the one line of its error, checked to be one of ours with this code. */
export function messageOf(code: string, action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return check(code, error);
  }
  throw new Error(`expected ${code}, nothing was thrown`);
}

/** As {@link messageOf}, for promises. */
export async function messageOfAsync(code: string, action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    return check(code, error);
  }
  throw new Error(`expected ${code}, nothing was thrown`);
}

function check(code: string, error: unknown): string {
  if (!isSaddlepointError(error)) throw error;
  expect(error.code).toBe(code);
  expect(error.message).not.toContain('\n');
  return error.message;
}
