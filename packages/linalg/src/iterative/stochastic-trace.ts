import { checkInteger, checkNumber } from '@saddlepoint/core';
import type { RunOptions, Status } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';
import { changeSince, isCheckpoint } from './function-values.js';
import type { History } from './function-values.js';
import { startLanczos, stepTogether } from './lanczos.js';
import type { Lanczos } from './lanczos.js';
import { prepare } from './operator.js';
import type { Prepared, SymmetricOperator } from './operator.js';
import { pacer } from './pace.js';
import { probes as probeStream } from './random.js';
import { gaussLook } from './spectral-function.js';

export interface StochasticTraceOptions extends RunOptions {
  /** Random vectors; the standard error falls with the square root of their number. At least 2, default 32. */
  readonly probes?: number;
  /** Of each quadratic form, relative. Default 1e-6. */
  readonly tolerance?: number;
  /** Lanczos steps per probe at most. Default min(n, 300). */
  readonly maxIterations?: number;
}

/** An unbiased estimate of a trace, up to the error of the quadrature. */
export interface StochasticTrace {
  readonly value: number;
  /** Of the mean over the probes. */
  readonly standardError: number;
  /** Mean estimated error of the quadratures: a bias that more probes do not lower. */
  readonly quadratureError: number;
  /** vᵀf(A)v of each probe. */
  readonly samples: Float64Array;
  readonly status: Status;
  /** Lanczos steps of the slowest probe. */
  readonly iterations: number;
  readonly applications: number;
}

/** Probes that share a block product. */
const TOGETHER = 8;

interface Form {
  readonly value: number;
  readonly residual: number;
  readonly steps: number;
  readonly converged: boolean;
}

/** The quadratic forms of some probes, each until it no longer changes. */
async function forms(
  operator: Prepared,
  f: (eigenvalue: number) => number,
  vectors: readonly Float64Array[],
  { tolerance, most, turn }: { readonly tolerance: number; readonly most: number; readonly turn: () => Promise<void> },
): Promise<Form[]> {
  const pending = vectors.map((v, index) => {
    const history: History<number> = { entries: [], distance: (now, before) => Math.abs(now - before) };
    return { index, lanczos: startLanczos(v), history, last: 0 };
  });
  const done: Form[] = [];
  let active = pending;
  while (active.length > 0) {
    await turn();
    const examined = active.filter(({ index, lanczos, history, last }): boolean => {
      const form = examine(lanczos, f, history, last, { unit: operator.unit, tolerance, most });
      if (form !== undefined) done[index] = form;
      return form === undefined;
    });
    for (const entry of examined) if (isCheckpoint(entry.lanczos.alpha.length, entry.last)) entry.last = entry.lanczos.alpha.length;
    active = examined;
    await stepTogether(active.map(({ lanczos }) => lanczos), operator);
  }
  return done;
}

/** The form when it is settled or its steps are used up. */
function examine(
  lanczos: Lanczos,
  f: (eigenvalue: number) => number,
  history: History<number>,
  last: number,
  { unit, tolerance, most }: { readonly unit: number; readonly tolerance: number; readonly most: number },
): Form | undefined {
  const steps = lanczos.alpha.length;
  const end = lanczos.invariant || steps >= most;
  if (!end && !isCheckpoint(steps, last)) return undefined;
  const { value, size, rounding } = gaussLook(lanczos, f, unit);
  const residual = lanczos.invariant ? rounding : Math.max(rounding, changeSince(history, steps, value));
  const converged = residual <= Math.max(tolerance * size, 2 * rounding);
  return end || converged ? { value, residual, steps, converged } : undefined;
}

/**
 * tr f(A) of a symmetric matrix or operator by stochastic Lanczos quadrature: the mean of vᵀf(A)v over random signs v = ±1 (Hutchinson 1990), each by
 * Gauss quadrature (Ubaru, Chen & Saad, *SIAM J. Matrix Anal. Appl.* 38, 2017). `stochasticTrace(A, Math.log)` is log det A.
 *
 * The estimate is exact for diagonal f(A); its variance per probe is 2 Σ_{i≠j} f(A)_ij². `standardError` is measured over the probes.
 *
 * @example
 * import { matrix, stochasticTrace } from '@saddlepoint/linalg';
 * const { value, standardError } = await stochasticTrace(matrix(3, 3, [2, 0, 0, 0, 3, 0, 0, 0, 4]), Math.log);
 * value; // => 3.178053830
 * standardError < 1e-12; // => true
 */
export async function stochasticTrace(
  A: Matrix | SymmetricOperator,
  f: (eigenvalue: number) => number,
  options: StochasticTraceOptions = {},
): Promise<StochasticTrace> {
  const { tolerance = 1e-6, signal, onProgress, seed = 1 } = options;
  const count = checkInteger('probes', options.probes ?? 32, { min: 2 });
  checkNumber('tolerance', tolerance, { min: 0, exclusiveMin: true });
  checkNumber('seed', seed);
  const operator = prepare('A', A);
  try {
    const n = operator.size;
    const most = checkInteger('maxIterations', options.maxIterations ?? Math.max(1, Math.min(n, 300)), { min: 1 });
    const turn = pacer(signal);
    const { signs } = probeStream(seed);
    const found: Form[] = [];
    while (found.length < count) {
      const vectors = Array.from({ length: Math.min(TOGETHER, count - found.length) }, () => signs(new Float64Array(n)));
      found.push(...(await forms(operator, f, vectors, { tolerance, most, turn })));
      onProgress?.({ stage: 'trace', fraction: found.length / count });
    }
    const samples = Float64Array.from(found, ({ value }) => value);
    const mean = samples.reduce((sum, x) => sum + x, 0) / count;
    const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (count - 1);
    return {
      value: mean,
      standardError: Math.sqrt(variance / count),
      quadratureError: found.reduce((sum, { residual }) => sum + residual, 0) / count,
      samples,
      status: found.every(({ converged }) => converged) ? 'converged' : 'max-iterations',
      iterations: Math.max(...found.map(({ steps }) => steps)),
      applications: operator.applied(),
    };
  } finally {
    operator.dispose();
  }
}
