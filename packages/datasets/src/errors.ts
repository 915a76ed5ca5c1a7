import { SaddlepointRangeError } from '@saddlepoint/core';

/** An error about the contents of data: `where` names the field, row or column, `expected` says what would be right and how to get there. */
export const dataError = (where: string, expected: string, got: string): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_DATA', { argument: where, expected, got });

/** An error about a feature of a file format that is recognised and deliberately refused. */
export const unsupported = (where: string, expected: string, got: string): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: where, expected, got });
