import { SaddlepointRangeError, SaddlepointTypeError, checkFinite, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';
import type { EnsembleRequest, Method } from './types.js';

function checkMatrix(argument: string, value: Matrix): void {
  if (typeof value !== 'object' || value === null || !('data' in value))
    throw new SaddlepointTypeError({ argument, expected: 'a Matrix', got: typeof value });
  checkInteger(`${argument}.rows`, value.rows, { min: 1 });
  checkInteger(`${argument}.cols`, value.cols, { min: 1 });
  checkLength(`${argument}.data`, value.data.length, value.rows * value.cols);
  checkFinite(`${argument}.data`, value.data);
}

const optional = (argument: string, value: number | undefined, limits: Parameters<typeof checkNumber>[2]): void => {
  if (value !== undefined) checkNumber(argument, value, limits);
};
const positive = { min: 0, exclusiveMin: true };

function checkMethod(method: Method): void {
  switch (method.type) {
    case 'gradient-descent':
      checkInteger('method.steps', method.steps, { min: 0 });
      optional('method.learningRate', method.learningRate, positive);
      optional('method.weightDecayToInit', method.weightDecayToInit, { min: 0 });
      optional('method.tolerance', method.tolerance, { min: 0 });
      optional('method.largestEigenvalue', method.largestEigenvalue, positive);
      if (method.momentum !== undefined && method.momentum !== 'auto') {
        if (!(checkNumber('method.momentum', method.momentum, { min: 0 }) < 1))
          throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'method.momentum', expected: 'a number < 1', got: `${method.momentum}` });
      }
      return;
    case 'gauss-newton':
      checkNumber('method.ridge', method.ridge, positive);
      if (method.steps !== undefined) checkInteger('method.steps', method.steps, { min: 0 });
      optional('method.tolerance', method.tolerance, { min: 0 });
      return;
    case 'langevin':
      checkNumber('method.ridge', method.ridge, positive);
      checkInteger('method.steps', method.steps, { min: 1 });
      optional('method.stepSize', method.stepSize, positive);
      optional('method.stepFactor', method.stepFactor, positive);
      optional('method.friction', method.friction, positive);
      if (method.burnIn !== undefined) checkInteger('method.burnIn', method.burnIn, { min: 0 });
      if (method.thin !== undefined) checkInteger('method.thin', method.thin, { min: 1, max: method.steps });
      return;
    default:
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
        argument: 'method.type',
        expected: 'gradient-descent, gauss-newton or langevin',
        got: JSON.stringify((method as { type?: unknown }).type),
      });
  }
}

/** Throws a typed error naming the first bad field of a request. */
export function checkRequest(request: EnsembleRequest): void {
  const { inputs, targets, testInputs, testTargets, members, method, record } = request;
  checkMatrix('inputs', inputs);
  checkMatrix('targets', targets);
  checkLength('targets', targets.rows, inputs.rows, 'rows');
  if (testInputs !== undefined) {
    checkMatrix('testInputs', testInputs);
    checkLength('testInputs', testInputs.cols, inputs.cols, 'columns');
  }
  if (testTargets !== undefined) {
    checkMatrix('testTargets', testTargets);
    checkLength('testTargets', testTargets.rows, testInputs?.rows ?? 0, 'rows');
    checkLength('testTargets', testTargets.cols, targets.cols, 'columns');
  }
  if (record?.kernelInputs !== undefined) {
    checkMatrix('record.kernelInputs', record.kernelInputs);
    checkLength('record.kernelInputs', record.kernelInputs.cols, inputs.cols, 'columns');
  }
  record?.steps?.forEach((step, i) => checkInteger(`record.steps[${i}]`, step, { min: 0 }));
  if (record?.count !== undefined) checkInteger('record.count', record.count, { min: 1 });
  checkInteger('members', members, { min: 1 });
  checkMethod(method);
  if (method.type === 'gauss-newton' && targets.cols !== 1)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'targets', expected: 'one column with method gauss-newton', got: `${targets.cols}` });
}
