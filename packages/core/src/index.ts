export { SaddlepointRangeError, SaddlepointTypeError, isSaddlepointError } from './errors.js';
export type { ArgumentFault, ErrorCode, SaddlepointError } from './errors.js';
export { checkFinite, checkInteger, checkLength, checkNumber } from './check.js';
export { jsonPathText, showJson, valueAtPath } from './json-path.js';
export { nextTurn, throwIfAborted } from './run.js';
export type { Iterated, Progress, RunOptions, Status } from './run.js';
