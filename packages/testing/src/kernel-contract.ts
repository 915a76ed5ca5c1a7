import { describe, expect, it } from 'vitest';
import './matchers.js';

/** A row-major matrix as plain data: structurally the Matrix of `@saddlepoint/linalg`. */
export interface MatrixLike {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

export interface Kernels {
  readonly nngp: MatrixLike;
  readonly ntk?: MatrixLike;
}

/** Kernels of the rows of `x` among themselves, or against the rows of `x2`. */
export type KernelFunction = (x: MatrixLike, x2?: MatrixLike) => Kernels | Promise<Kernels>;

export interface KernelContractOptions {
  /** Number of input coordinates the kernel takes. Default 5. */
  readonly dimension?: number;
  /** p when K(sX) = s^{2p}K(X) for s > 0 must hold. Default: not checked. */
  readonly homogeneity?: number;
  /** Relative rounding allowed to the NNGP kernel. Default 1e-12. */
  readonly tolerance?: number;
  /**
   * Relative error allowed to the NTK at duplicate rows. Default 1e-12; kinked activations that carry only the covariance
   * reach about √ε ≈ 1.5e-8 times the depth there.
   */
  readonly duplicateTolerance?: number;
  /** Coordinates may be permuted without effect (fully connected networks). Default true. */
  readonly exchangeableCoordinates?: boolean;
}

const matrix = (rows: readonly (readonly number[])[]): MatrixLike => ({
  rows: rows.length,
  cols: rows[0].length,
  data: Float64Array.from(rows.flat()),
});

const at = (m: MatrixLike, i: number, j: number): number => m.data[i * m.cols + j];

/** Ordinary, scaled, duplicate (0 and 5), antipodal (0 and 6) and zero (7) rows. */
function awkwardRows(dimension: number): number[][] {
  const row = (k: number) => Array.from({ length: dimension }, (_, i) => Math.sin(1.3 * i + 2.1 * k + 0.4) * (1 + 0.3 * k));
  const ordinary = [0, 1, 2, 3, 4].map(row);
  return [...ordinary, row(0), row(0).map((v) => -v), row(0).map(() => 0)];
}

/** True when A + shift·I has a Cholesky factor, that is when the smallest eigenvalue is above −shift. */
function isPositiveDefinite(a: MatrixLike, shift: number): boolean {
  const n = a.rows;
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(a, i, j) + (i === j ? shift : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      if (i === j && !(sum > 0)) return false;
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / factor[j * n + j];
    }
  }
  return true;
}

const trace = (a: MatrixLike): number => Array.from({ length: a.rows }, (_, i) => at(a, i, i)).reduce((s, v) => s + v, 0);

/**
 * What every kernel owes its users, as a test suite: finite values at awkward inputs (zero, duplicates, antipodes), exact
 * symmetry, positive semidefiniteness to rounding, the same numbers whether asked for as a square, a rectangle or a part, and
 * scaling where the kernel is homogeneous. Registers a `describe` block; call it at the top level of a test file.
 */
export function kernelContract(name: string, kernel: KernelFunction, options: KernelContractOptions = {}): void {
  const { dimension = 5, homogeneity, tolerance = 1e-12, duplicateTolerance = 1e-12, exchangeableCoordinates = true } = options;
  const rows = awkwardRows(dimension);
  const inputs = matrix(rows);
  const parts = ({ nngp, ntk }: Kernels): readonly (readonly ['nngp' | 'ntk', MatrixLike])[] =>
    ntk === undefined ? [['nngp', nngp]] : [['nngp', nngp], ['ntk', ntk]];
  const slack = (part: string): number => (part === 'ntk' ? Math.max(tolerance, duplicateTolerance) : tolerance);

  describe(`kernel contract: ${name}`, () => {
    it('is square, finite and exactly symmetric, with a non-negative diagonal', async () => {
      for (const [part, k] of parts(await kernel(inputs))) {
        expect([part, k.rows, k.cols, k.data.length]).toEqual([part, rows.length, rows.length, rows.length ** 2]);
        expect(k.data.every(Number.isFinite), `${part} is finite`).toBe(true);
        for (let i = 0; i < k.rows; i++) {
          expect(at(k, i, i)).toBeGreaterThanOrEqual(0);
          for (let j = 0; j < i; j++) expect(at(k, i, j)).toBe(at(k, j, i));
        }
      }
    });

    it('is positive semidefinite to rounding', async () => {
      // Duplicates make it singular, so the smallest eigenvalue may come out as low as −(error of an entry)·n.
      for (const [part, k] of parts(await kernel(inputs))) expect(isPositiveDefinite(k, 2 * slack(part) * (trace(k) + Number.MIN_VALUE)), part).toBe(true);
    });

    it('gives the same numbers as a rectangle, as a part and in another order', async () => {
      const whole = await kernel(inputs);
      const against = await kernel(inputs, matrix(rows.slice(2)));
      const turned = await kernel(matrix([...rows].reverse()));
      const last = rows.length - 1;
      for (const [part, k] of parts(whole)) {
        const scale = { floor: trace(k) / rows.length };
        const rectangle = part === 'nngp' ? against.nngp : against.ntk;
        const reversed = part === 'nngp' ? turned.nngp : turned.ntk;
        if (rectangle === undefined || reversed === undefined) throw new Error(`${part} is missing from the kernel of two sets or of reversed rows`);
        expect([rectangle.rows, rectangle.cols]).toEqual([rows.length, rows.length - 2]);
        for (let i = 0; i < rows.length; i++)
          for (let j = 0; j < rows.length; j++) {
            if (j >= 2) expect(at(rectangle, i, j - 2)).toBeRelativelyClose(at(k, i, j), slack(part), scale);
            expect(at(reversed, last - i, last - j)).toBeRelativelyClose(at(k, i, j), slack(part), scale);
          }
      }
    });

    it('treats duplicate rows alike', async () => {
      for (const [part, k] of parts(await kernel(inputs)))
        for (const [i, j] of [[0, 5], [5, 0], [5, 5]] as const) expect(at(k, i, j)).toBeRelativelyClose(at(k, 0, 0), slack(part));
    });

    it('leaves its inputs untouched', async () => {
      const before = Float64Array.from(inputs.data);
      await kernel(inputs);
      await kernel(inputs, inputs);
      expect(inputs.data).toEqual(before);
    });

    if (exchangeableCoordinates)
      it('does not depend on the order of the coordinates', async () => {
        const permuted = await kernel(matrix(rows.map((row) => [...row].reverse())));
        for (const [part, k] of parts(await kernel(inputs))) {
          const other = part === 'nngp' ? permuted.nngp : permuted.ntk;
          expect(other?.data).toBeRelativelyClose(k.data, slack(part), { floor: trace(k) / rows.length });
        }
      });

    if (homogeneity !== undefined)
      it(`scales with the inputs to the power 2·${homogeneity}`, async () => {
        const scaledKernels = await kernel(matrix(rows.map((row) => row.map((v) => 4 * v))));
        for (const [part, k] of parts(await kernel(inputs))) {
          const other = part === 'nngp' ? scaledKernels.nngp : scaledKernels.ntk;
          expect(other?.data).toBeRelativelyClose(k.data.map((v) => v * 16 ** homogeneity), slack(part), { floor: trace(k) / rows.length });
        }
      });
  });
}
