import { SaddlepointRangeError, checkFinite, checkLength, checkNumber } from '@saddlepoint/core';
import type { Iterated } from '@saddlepoint/core';
import { eigh, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { findRoot } from '@saddlepoint/numerics';
import { targetMatrix } from './targets.js';
import type { Targets } from './targets.js';

export interface KernelRescalingProblem {
  /** K^{L+1}, the infinite-width NNGP kernel, n×n. */
  readonly kernel: Matrix;
  /** y: n numbers, one output. */
  readonly targets: Targets;
  /** σ² ≥ 0, absolute: σ²I + K. */
  readonly ridge: number;
  /** N_1 … N_L, the hidden widths. */
  readonly widths: readonly number[];
  /** Degree of homogeneity of the activation when known: 1 makes the factoring-out of ΠQ_l exact. */
  readonly homogeneity?: number;
}

/** One stationary point of the rescaling action. */
export interface RescalingBranch {
  /** Q_1 … Q_L. */
  readonly scales: Float64Array;
  /** ΠQ_l. */
  readonly factor: number;
  /** ΣN_l(Q_l − ln Q_l) + yᵀ(σ²+ΠQ·K)⁻¹y + ln det(σ²+ΠQ·K). */
  readonly action: number;
  /** Whether the action is least here among its neighbours along the curve of layer-wise stationary points. */
  readonly stable: boolean;
}

export interface KernelRescaling extends RescalingBranch {
  /** f̄ = ΠQ·K(σ²+ΠQ·K)⁻¹y on the training set. */
  readonly mean: Float64Array;
  /** f̄ at new points from their lazy cross kernel K(x_*, X), m×n. */
  readonly predict: (crossKernel: Matrix) => Float64Array;
  /** All stationary points, lowest action first. */
  readonly branches: readonly RescalingBranch[];
  readonly validity: { readonly samplesPerWidth: number; readonly inverseWidth: number; readonly note: string };
}

const SCAN_POINTS = 4000;

/**
 * The proportional-limit theory n ~ N: finite width multiplies the infinite-width kernel by one number per hidden layer.
 *
 *   K → (ΠQ_l)K,  Q minimises  Σ_l N_l(Q_l − ln Q_l) + yᵀ(σ²+ΠQ·K)⁻¹y + ln det(σ²+ΠQ·K).
 *
 * Stationarity gives Q_l = 1 + m/N_l with one m for all layers, m = −q∂_q[yᵀ(σ²+qK)⁻¹y + ln det(σ²+qK)] at q = ΠQ_l: a root
 * problem in m, scanned over the whole interval m > −min N_l, so that every branch is found to the scan's resolution (4000 points).
 * `residual` is |m − its update|/(1+|m|).
 *
 * Exact for linear networks as n, N → ∞ together; ΠQ factors out for degree-1 homogeneous φ and is an approximation otherwise
 * (`validity.note` says which). One output: with several Q_l becomes a matrix, refused as `ERR_UNSUPPORTED`. At σ² = 0 the kernel
 * must be non-singular. Sources: Li & Sompolinsky, 2012.04030; Pacelli et al., 2209.04882.
 *
 * @example
 * import { identity } from '@saddlepoint/linalg';
 * import { kernelRescaling } from '@saddlepoint/adaptive';
 * // n = 100 whitened samples with |y|²/n = 4 and N = 200: 1 − Q = ½(1 − 4/Q)
 * const y = new Float64Array(100).fill(2);
 * kernelRescaling({ kernel: identity(100), targets: y, ridge: 0, widths: [200] }).value.factor; // => 1.686141
 */
export function kernelRescaling({ kernel, targets, ridge, widths, homogeneity }: KernelRescalingProblem): Iterated<KernelRescaling> {
  const n = kernel.rows;
  checkLength('kernel', kernel.cols, n, 'columns');
  checkFinite('kernel', kernel.data);
  checkNumber('ridge', ridge, { min: 0 });
  if (widths.length === 0) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'widths', expected: 'at least one hidden width', got: '[]' });
  for (const [l, width] of widths.entries()) checkNumber(`widths[${l}]`, width, { min: 0, exclusiveMin: true });
  const Y = targetMatrix(targets, n);
  if (Y.cols !== 1) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'targets', expected: 'one output', got: `${Y.cols} outputs` });

  const { values, vectors } = eigh(kernel);
  const rounding = n * Number.EPSILON * Math.max(values[0], 0);
  const eigenvalues = values.map((value) => (value > rounding ? value : 0));
  if (ridge === 0 && eigenvalues[n - 1] === 0)
    throw new SaddlepointRangeError('ERR_SINGULAR', { argument: 'kernel', expected: 'a non-singular kernel at zero ridge', got: `eigenvalue ${values[n - 1]}` });
  const components = multiply(vectors, Y, { transposeA: true }).data;
  const reduced = reducedAction(eigenvalues, components, ridge, widths);

  const roots = stationaryPoints(reduced, widths);
  const branches = roots.map(({ m, stable }): RescalingBranch => {
    const scales = Float64Array.from(widths, (width) => 1 + m / width);
    const factor = scales.reduce((product, scale) => product * scale, 1);
    return { scales, factor, action: reduced.action(m), stable };
  });
  const order = branches.map((_, k) => k).sort((a, b) => branches[a].action - branches[b].action);
  const best = branches[order[0]];
  const root = roots[order[0]];
  const coefficients = Float64Array.from(components, (value, k) => value / (ridge + best.factor * eigenvalues[k]));
  const dual = multiply(vectors, { rows: n, cols: 1, data: coefficients });
  const residual = Math.abs(reduced.gap(root.m)) / (1 + Math.abs(root.m));
  return {
    value: {
      ...best,
      mean: multiply(kernel, dual).data.map((value) => value * best.factor),
      predict: (crossKernel) => multiply(crossKernel, dual).data.map((value) => value * best.factor),
      branches: order.map((k) => branches[k]),
      validity: {
        samplesPerWidth: n / Math.min(...widths),
        inverseWidth: 1 / Math.min(...widths),
        note:
          homogeneity === 1
            ? 'degree-1 homogeneous activation: one factor for the whole kernel; exact for linear networks up to O(1/N) at fixed n/N'
            : 'one factor for the whole kernel: an approximation unless the activation is homogeneous of degree 1',
      },
    },
    status: root.status,
    iterations: root.iterations,
    residual,
  };
}

interface ReducedAction {
  /** m + q∂_qF: zero at a stationary point. */
  readonly gap: (m: number) => number;
  readonly action: (m: number) => number;
}

function reducedAction(eigenvalues: Float64Array, components: Float64Array, ridge: number, widths: readonly number[]): ReducedAction {
  const factorOf = (m: number): number => widths.reduce((product, width) => product * (1 + m / width), 1);
  return {
    gap(m) {
      const q = factorOf(m);
      let slope = 0;
      for (let k = 0; k < eigenvalues.length; k++) {
        const signal = q * eigenvalues[k];
        if (signal === 0) continue;
        const total = ridge + signal;
        slope += signal / total - (components[k] / total) * (components[k] / total) * signal;
      }
      return m + slope;
    },
    action(m) {
      const q = factorOf(m);
      let sum = 0;
      for (const width of widths) sum += width + m - width * Math.log1p(m / width);
      for (let k = 0; k < eigenvalues.length; k++) {
        const total = ridge + q * eigenvalues[k];
        sum += components[k] ** 2 / total + Math.log(total);
      }
      return sum;
    },
  };
}

interface Root {
  readonly m: number;
  readonly stable: boolean;
  readonly status: Iterated<number>['status'];
  readonly iterations: number;
}

/** Every sign change of the gap on a grid uniform in ln(1 + m/N_min), polished by a bracketing root finder. */
function stationaryPoints({ gap }: ReducedAction, widths: readonly number[]): Root[] {
  const narrowest = Math.min(...widths);
  // gap → +∞ as m → ∞ (m plus a positive rank minus a vanishing fit) and < 0 as q → 0, so the range below can always be widened to bracket.
  let low = -8;
  let high = 8;
  const at = (u: number): number => gap(narrowest * Math.expm1(u));
  while (!(at(low) < 0) && low > -600) low *= 2;
  while (!(at(high) > 0) && high < 600) high *= 2;
  const roots: Root[] = [];
  let before = at(low);
  for (let k = 1; k <= SCAN_POINTS; k++) {
    const u = low + ((high - low) * k) / SCAN_POINTS;
    const here = at(u);
    if (before < 0 !== here < 0) {
      const previous = low + ((high - low) * (k - 1)) / SCAN_POINTS;
      const { value, status, iterations } = findRoot(at, [previous, u], { tolerance: 1e-14 });
      roots.push({ m: narrowest * Math.expm1(value), stable: before < 0, status, iterations: iterations + SCAN_POINTS });
    }
    before = here;
  }
  if (roots.length === 0)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'kernel, targets, ridge', expected: 'a problem whose rescaling action has a minimum', got: 'none in ln Q of the narrowest layer between −600 and 600' });
  return roots;
}
