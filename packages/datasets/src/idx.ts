import { dataError } from './errors.js';

/** A decoded IDX array: C order, in the narrowest typed array that holds the file's type. */
export interface IdxArray {
  readonly type: 'u1' | 'i1' | 'i2' | 'i4' | 'f4' | 'f8';
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

const types = {
  0x08: { type: 'u1', size: 1 },
  0x09: { type: 'i1', size: 1 },
  0x0b: { type: 'i2', size: 2 },
  0x0c: { type: 'i4', size: 4 },
  0x0d: { type: 'f4', size: 4 },
  0x0e: { type: 'f8', size: 8 },
} as const;

const isKnown = (code: number): code is keyof typeof types => code in types;

/**
 * Decodes an IDX file, the format of MNIST: big-endian magic 0,0,type,rank, one uint32 per dimension, then the values in C order.
 *
 * Throws `ERR_DATA` for a wrong magic number (saying so when the bytes are still gzipped), a truncated file or trailing bytes.
 *
 * @example
 * import { parseIdx } from '@saddlepoint/datasets';
 * const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9);
 * Array.from(parseIdx(bytes).data); // => [7, 8, 9]
 */
export function parseIdx(bytes: Uint8Array, name = 'IDX data'): IdxArray {
  if (bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw dataError(name, 'an uncompressed IDX file (gunzip it first)', 'gzip data');
  if (bytes.length < 4) throw dataError(name, 'an IDX file of at least 4 bytes (download it again)', `${bytes.length} bytes`);
  const [zero0, zero1, code, rank] = bytes;
  if (zero0 !== 0 || zero1 !== 0 || !isKnown(code) || rank < 1)
    throw dataError(`${name}, magic number`, 'IDX magic 00 00 type rank, type 08, 09 or 0b–0e (is this the right file?)', hex(bytes.subarray(0, 4)));
  const header = 4 + 4 * rank;
  if (bytes.length < header)
    throw dataError(`${name}, header`, `${header} bytes for rank ${rank} (truncated: download it again)`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, length) => product * length, 1);
  const { type, size } = types[code];
  const expected = header + count * size;
  if (bytes.length !== expected)
    throw dataError(
      name,
      `${expected} bytes for shape ${shape.join('×')} (${bytes.length < expected ? 'truncated' : 'trailing bytes'}: download it again)`,
      `${bytes.length} bytes`,
    );
  return { type, shape, data: values(view, header, count, type) };
}

function values(view: DataView, at: number, count: number, type: IdxArray['type']): IdxArray['data'] {
  switch (type) {
    case 'u1':
      return new Uint8Array(view.buffer, view.byteOffset + at, count);
    case 'i1':
      return new Int8Array(view.buffer, view.byteOffset + at, count);
    case 'i2':
      return Int16Array.from({ length: count }, (_, i) => view.getInt16(at + 2 * i));
    case 'i4':
      return Int32Array.from({ length: count }, (_, i) => view.getInt32(at + 4 * i));
    case 'f4':
      return Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i));
    case 'f8':
      return Float64Array.from({ length: count }, (_, i) => view.getFloat64(at + 8 * i));
  }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
