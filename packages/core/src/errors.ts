/** What a wrong argument looked like: its name, what was expected, what came. */
export interface ArgumentFault {
  readonly argument: string;
  readonly expected: string;
  readonly got: string;
}

/** Stable identifiers that callers may switch on. */
export type ErrorCode =
  | 'ERR_ARGUMENT_TYPE'
  | 'ERR_ARGUMENT_RANGE'
  | 'ERR_NOT_FINITE'
  | 'ERR_SHAPE'
  | 'ERR_NOT_POSITIVE_DEFINITE'
  | 'ERR_SINGULAR'
  | 'ERR_UNSUPPORTED'
  | 'ERR_DATA';

const sentence = ({ argument, expected, got }: ArgumentFault): string =>
  `${argument}: expected ${expected}, got ${got}`;

/** A value outside its domain: wrong range, shape, non-finite, singular, unsupported or unreadable. */
export class SaddlepointRangeError extends RangeError implements ArgumentFault {
  override readonly name: string = 'SaddlepointRangeError';
  readonly argument: string;
  readonly expected: string;
  readonly got: string;

  constructor(
    readonly code: ErrorCode,
    fault: ArgumentFault,
    options?: ErrorOptions,
  ) {
    super(sentence(fault), options);
    this.argument = fault.argument;
    this.expected = fault.expected;
    this.got = fault.got;
  }
}

/** A value of the wrong type. */
export class SaddlepointTypeError extends TypeError implements ArgumentFault {
  override readonly name: string = 'SaddlepointTypeError';
  readonly code: ErrorCode = 'ERR_ARGUMENT_TYPE';
  readonly argument: string;
  readonly expected: string;
  readonly got: string;

  constructor(fault: ArgumentFault, options?: ErrorOptions) {
    super(sentence(fault), options);
    this.argument = fault.argument;
    this.expected = fault.expected;
    this.got = fault.got;
  }
}

/** Any error this project raises on purpose: it names an argument and carries a stable code. */
export type SaddlepointError = SaddlepointRangeError | SaddlepointTypeError;

/**
 * True for an error this project raised on purpose, also when it came from another realm or a worker clone that kept
 * its fields.
 */
export const isSaddlepointError = (error: unknown): error is SaddlepointError =>
  error instanceof Error && 'code' in error && 'argument' in error && typeof error.code === 'string' && error.code.startsWith('ERR_');
