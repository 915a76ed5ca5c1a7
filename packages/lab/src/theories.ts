import { poolCurve } from './pool-theory.js';
import type { Theory, TheoryProblem } from './registry/theory.js';

const curve = ({ pool, targets, samples, ridge }: TheoryProblem) => poolCurve(pool, targets, samples, ridge);

/** Replica theory transferred from one pool, its risk anchored at the pool's leave-one-out error. */
export const replicaTheory: Theory = {
  name: 'replica',
  label: 'replica theory',
  source: '2002.02561, 2006.13198; pool transfer with leave-one-out',
  predict: (problem) => curve(problem).map(({ samples, testError, trainError, effectiveRidge }) => ({ samples, testError, trainError, effectiveRidge })),
};

/** The same with generalised cross-validation in place of leave-one-out: exact for Gaussian features. */
export const gcvTheory: Theory = {
  name: 'gcv',
  label: 'replica theory, GCV',
  source: '2006.09796',
  predict: (problem) => curve(problem).map(({ samples, testErrorGcv, effectiveRidge }) => ({ samples, testError: testErrorGcv, effectiveRidge })),
};
