import { fromRows, gram } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';

export interface TwoLayerGolden {
  readonly inputs: number[][];
  readonly targets: number[];
  readonly times: number[];
  readonly configs: readonly {
    readonly activation: string;
    readonly richness: number;
    readonly lossMean: number[];
    readonly lossSe: number[];
    readonly infiniteWidthLoss: number[];
    readonly infiniteWidthOutputsAt1: number[];
    readonly infiniteWidthFeatureKernelAt1Row0: number[];
    readonly featureKernelAt1Row0N4096: number[];
    readonly featureKernelSe: number;
  }[];
}

export const golden = loadGolden<TwoLayerGolden>(import.meta.url, 'two-layer.json');

/** K^x = XXᵀ/d of the reference data: n = 20, rank 10. */
export const inputGram: Matrix = gram(fromRows(golden.inputs), { scale: 1 / golden.inputs[0].length });

/** Cubic interpolation through the four records around t: error O(h⁴), far below what is tested. */
export function interpolate(times: ArrayLike<number>, values: ArrayLike<number>, t: number): number {
  const h = times[1] - times[0];
  const i = Math.min(times.length - 3, Math.max(1, Math.floor(t / h)));
  let sum = 0;
  for (let a = i - 1; a <= i + 2; a++) {
    let weight = 1;
    for (let b = i - 1; b <= i + 2; b++) if (b !== a) weight *= (t - times[b]) / (times[a] - times[b]);
    sum += weight * values[a];
  }
  return sum;
}

export const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
};
