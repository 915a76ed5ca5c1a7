import { gram, matrix, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { loadMnist } from '@saddlepoint/datasets/node';
import type { Labeling } from '@saddlepoint/datasets';

/**
 * The NNGP kernel of an erf network with `depth` hidden layers on inputs of |x|² = d, written out apart from @saddlepoint/kernels:
 * K' = σ_b² + σ_w²(2/π) arcsin(2K/√((1+2q)(1+2q'))); all diagonals are equal on the sphere.
 */
export function erfKernel(A: Matrix, B: Matrix | undefined, { depth, weightVariance, biasVariance }: { depth: number; weightVariance: number; biasVariance: number }): Matrix {
  const overlaps = B === undefined ? gram(A) : multiply(A, B, { transposeB: true });
  const next = (c: number, q: number): number => biasVariance + weightVariance * (2 / Math.PI) * Math.asin(Math.min(1, (2 * c) / (1 + 2 * q)));
  let q = biasVariance + weightVariance;
  let K = overlaps.data.map((value) => biasVariance + (weightVariance * value) / A.cols);
  for (let layer = 0; layer < depth; layer++) {
    const variance = q;
    K = K.map((value) => next(value, variance));
    q = next(variance, variance);
  }
  return matrix(overlaps.rows, overlaps.cols, K);
}

const labelings: Record<'0v1' | 'oddeven', Labeling> = { '0v1': { positive: [0], negative: [1] }, oddeven: 'odd-even' };

/** MNIST images under the labels of a reference experiment. */
export const images = (task: '0v1' | 'oddeven', options: { set?: 'train' | 'test'; indices?: readonly number[]; count?: number; seed?: number }): ReturnType<typeof loadMnist> =>
  loadMnist({ labels: labelings[task], ...options });
