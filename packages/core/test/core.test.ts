import { describe, expect, it } from 'vitest';
import { SaddlepointRangeError, SaddlepointTypeError, checkFinite, checkInteger, checkLength, checkNumber, isSaddlepointError } from '../src/index.js';

const caught = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('argument checks', () => {
  it('pass good values through', () => {
    expect(checkNumber('ridge', 0, { min: 0 })).toBe(0);
    expect(checkInteger('samples', 3, { min: 1, max: 3 })).toBe(3);
    checkFinite('targets', new Float64Array([1, -1]));
    checkLength('targets', 2, 2);
  });

  it.each([
    [() => checkNumber('ridge', -1, { min: 0 }), 'ERR_ARGUMENT_RANGE', 'ridge: expected a number ≥ 0, got -1'],
    [() => checkNumber('ridge', 0, { min: 0, exclusiveMin: true }), 'ERR_ARGUMENT_RANGE', 'ridge: expected a number > 0, got 0'],
    [() => checkNumber('ridge', NaN), 'ERR_NOT_FINITE', 'ridge: expected a finite number, got NaN'],
    [() => checkNumber('ridge', '1'), 'ERR_ARGUMENT_TYPE', 'ridge: expected a number, got "1"'],
    [() => checkInteger('samples', 1.5), 'ERR_ARGUMENT_RANGE', 'samples: expected an integer, got 1.5'],
    [() => { checkFinite('inputs', [0, Infinity]); }, 'ERR_NOT_FINITE', 'inputs[1]: expected a finite number, got Infinity'],
    [() => { checkLength('targets', 3, 4, 'rows'); }, 'ERR_SHAPE', 'targets: expected rows 4, got 3'],
  ])('name the argument, what was expected and what came', (work, code, message) => {
    const error = caught(work);
    expect(error).toMatchObject({ code, message });
    expect(isSaddlepointError(error)).toBe(true);
  });

  it('are RangeErrors and TypeErrors', () => {
    expect(caught(() => checkNumber('x', -1, { min: 0 }))).toBeInstanceOf(SaddlepointRangeError);
    expect(caught(() => checkNumber('x', -1, { min: 0 }))).toBeInstanceOf(RangeError);
    expect(caught(() => checkNumber('x', {}))).toBeInstanceOf(SaddlepointTypeError);
    expect(isSaddlepointError(new RangeError('other'))).toBe(false);
  });
});
