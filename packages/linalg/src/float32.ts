import { SaddlepointRangeError, SaddlepointTypeError, checkInteger } from '@saddlepoint/core';
import { withEngine } from './engine/engine.js';

/** The sizes of a batch of products op(A_q)·op(B_q): op(A_q) is m×k, op(B_q) is k×n. */
export interface Float32Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** How many products (default 1). An operand with the entries of one matrix only serves them all. */
  readonly batch?: number;
  /** A_q is stored k×m. */
  readonly transposeA?: boolean;
  /** B_q is stored n×k. */
  readonly transposeB?: boolean;
}

/** Whether the operand holds one matrix for the whole batch; throws unless it holds one or `batch`. */
function isShared(argument: string, operand: Float32Array, entries: number, batch: number): boolean {
  const candidate: unknown = operand;
  if (!(candidate instanceof Float32Array)) throw new SaddlepointTypeError({ argument, expected: 'a Float32Array', got: typeof candidate });
  if (operand.length === entries * batch) return batch === 1;
  if (operand.length === entries) return true;
  throw new SaddlepointRangeError('ERR_SHAPE', {
    argument,
    expected: batch === 1 ? `${entries} entries` : `${entries} or ${entries * batch} entries`,
    got: String(operand.length),
  });
}

/**
 * The products op(A_q)·op(B_q), q = 0…batch−1, in single precision, one after another and row-major: `batch·m·n` entries.
 *
 * For training finite networks, whose tensors are float32; theory uses `multiply`. Sums of k terms are accumulated in blocks of 512.
 *
 * Throws `ERR_SHAPE` when an operand holds neither one matrix nor `batch` of them.
 *
 * @example
 * import { multiplyFloat32 } from '@saddlepoint/linalg';
 * const a = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]); // two 2×2 matrices
 * const b = Float32Array.from([1, 0, 0, 2]); // serves both
 * Array.from(multiplyFloat32(a, b, { m: 2, n: 2, k: 2, batch: 2, transposeA: true })); // => [1, 6, 2, 8, 5, 14, 6, 16]
 */
export function multiplyFloat32(
  a: Float32Array,
  b: Float32Array,
  { m, n, k, batch = 1, transposeA = false, transposeB = false }: Float32Product,
): Float32Array {
  for (const [name, size] of Object.entries({ m, n, k, batch })) checkInteger(name, size, { min: 0 });
  const aShared = isShared('a', a, m * k, batch);
  const bShared = isShared('b', b, k * n, batch);
  const doubles = (floats: number): number => Math.ceil(floats / 2);
  return withEngine(doubles(a.length) + doubles(b.length) + doubles(batch * m * n), ({ kernels, heap, allocate, zeros }) => {
    const floats = new Float32Array(heap.buffer);
    const upload = (values: Float32Array): number => {
      const pointer = allocate(doubles(values.length));
      floats.set(values, pointer / 4);
      return pointer;
    };
    const pa = upload(a);
    const pb = upload(b);
    const c = zeros(doubles(batch * m * n));
    const [aRow, aCol] = transposeA ? [1, m] : [k, 1];
    const [bRow, bCol] = transposeB ? [1, k] : [n, 1];
    kernels.gemm32(batch, m, n, k, pa, aShared ? 0 : m * k, aRow, aCol, pb, bShared ? 0 : k * n, bRow, bCol, c, m * n, n);
    return floats.slice(c / 4, c / 4 + batch * m * n);
  });
}
