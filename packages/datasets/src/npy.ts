import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { dataError, unsupported } from './errors.js';
import { npyHeader, putFloats } from './npy-header.js';

/** A decoded .npy array: always C order and float64, whatever the file held. */
export interface NpyArray {
  /** The descriptor in the file, such as `<f8`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const readers: Record<string, (view: DataView, at: number, little: boolean) => number> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  u1: (view, at) => view.getUint8(at),
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
};

/**
 * Decodes a NumPy .npy file (format versions 1–3) of floats, integers or booleans, either byte order, C or Fortran order.
 *
 * Throws `ERR_DATA` for a wrong magic string, an unreadable header or a truncated file; `ERR_UNSUPPORTED` for complex, string, object and
 * structured arrays, half precision, and 64-bit integers beyond 2⁵³.
 *
 * @example
 * import { encodeNpy, parseNpy } from '@saddlepoint/datasets';
 * import { matrix } from '@saddlepoint/linalg';
 * Array.from(parseNpy(encodeNpy(matrix(1, 2, [0.5, -3]))).data); // => [0.5, -3]
 */
export function parseNpy(bytes: Uint8Array, name = '.npy data'): NpyArray {
  const { dtype, fortran, shape, offset } = parseHeader(bytes, name);
  const kind = dtype.slice(1);
  const read = readers[kind];
  if (read === undefined || !'<>|='.includes(dtype[0]))
    throw unsupported(`${name}, dtype`, 'a float, integer or boolean array (save it with .astype(numpy.float64))', JSON.stringify(dtype));
  const size = Number(kind.slice(1));
  const count = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== offset + count * size)
    throw dataError(
      name,
      `${offset + count * size} bytes for shape (${shape.join(', ')}) of ${dtype} (${bytes.length < offset + count * size ? 'truncated' : 'trailing bytes'}: save it again)`,
      `${bytes.length} bytes`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = !dtype.startsWith('>');
  const raw = new Float64Array(count);
  for (let i = 0; i < count; i++) raw[i] = read(view, offset + i * size, little);
  if (kind === 'i8' || kind === 'u8') {
    const large = raw.findIndex((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER);
    if (large >= 0) throw unsupported(`${name}, entry ${large}`, 'integers of at most 2⁵³ in absolute value', String(raw[large]));
  }
  return { dtype, shape, data: fortran ? toRowMajor(raw, shape) : raw };
}

/**
 * An array as a matrix: one dimension becomes a column n×1, more than two are flattened to n×(rest). A scalar throws `ERR_DATA`.
 *
 * @example
 * import { npyMatrix } from '@saddlepoint/datasets';
 * npyMatrix({ dtype: '<f8', shape: [2, 1, 3], data: new Float64Array(6) }).cols; // => 3
 */
export function npyMatrix({ shape, data }: NpyArray, name = '.npy data'): Matrix {
  if (shape.length === 0) throw dataError(name, 'an array of at least one dimension', 'a scalar');
  const rows = shape[0];
  const cols = shape.slice(1).reduce((product, length) => product * length, 1);
  return matrix(rows, cols, data);
}

function parseHeader(bytes: Uint8Array, name: string): { dtype: string; fortran: boolean; shape: number[]; offset: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte))
    throw dataError(`${name}, magic string`, 'a file that starts with \\x93NUMPY (save it with numpy.save)', `${bytes.length} bytes that do not`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version < 1 || version > 3) throw unsupported(`${name}, version`, '.npy format version 1, 2 or 3', String(version));
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw dataError(name, `a header of ${start} bytes (truncated: save it again)`, `${bytes.length} bytes`);
  const offset = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < offset) throw dataError(`${name}, header`, `${offset} bytes (truncated: save it again)`, `${bytes.length} bytes`);
  const header = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, offset));
  const descr = /'descr'\s*:\s*('[^']*'|\[.*\])/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const dims = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || dims === undefined)
    throw dataError(`${name}, header`, "a dictionary with 'descr', 'fortran_order' and 'shape'", JSON.stringify(header.trim().slice(0, 80)));
  const shape = dims.split(',').filter((part) => part.trim() !== '').map(Number);
  return { dtype: descr.startsWith("'") ? descr.slice(1, -1) : descr, fortran: order === 'True', shape, offset };
}

function toRowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  if (shape.length < 2) return data;
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  const out = new Float64Array(data.length);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < out.length; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) at += index[axis] * strides[axis];
    out[i] = data[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}

/**
 * A matrix as the bytes of a .npy file, version 1.0, `<f8`, C order: `numpy.load` reads it back exactly.
 *
 * @example
 * import { encodeNpy } from '@saddlepoint/datasets';
 * import { matrix } from '@saddlepoint/linalg';
 * encodeNpy(matrix(2, 2, [1, 2, 3, 4])).length; // => 160
 */
export function encodeNpy({ rows, cols, data }: Matrix): Uint8Array {
  const header = npyHeader(rows, cols, 'f8');
  const bytes = new Uint8Array(header.length + 8 * data.length);
  bytes.set(header);
  putFloats(new DataView(bytes.buffer), header.length, data, 'f8');
  return bytes;
}
