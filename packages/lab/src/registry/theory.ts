import type { Matrix } from '@saddlepoint/linalg';
import type { PoolStatistics } from '@saddlepoint/replica';

/** What a theory of the learning curve may look at: a kernel and targets on the pool, never the test set. */
export interface TheoryProblem {
  readonly kernelName: 'ntk' | 'nngp';
  /** M×M. */
  readonly kernel: Matrix;
  /** M×1. */
  readonly targets: Matrix;
  /** Eigendecomposition of `kernel` (unnormalised) and projections of the targets. */
  readonly pool: PoolStatistics;
  readonly samples: readonly number[];
  readonly ridge: number;
}

/** A prediction at one sample size. */
export interface TheoryPoint {
  readonly samples: number;
  /** Mean squared error on new samples. */
  readonly testError: number;
  readonly trainError?: number;
  readonly effectiveRidge?: number;
}

/** A theory that predicts the learning curve of kernel regression. */
export interface Theory {
  readonly name: string;
  /** How legends and tables call it. */
  readonly label: string;
  /** BibTeX-free short reference, such as `2006.09796`. */
  readonly source: string;
  readonly predict: (problem: TheoryProblem) => readonly TheoryPoint[] | Promise<readonly TheoryPoint[]>;
}
