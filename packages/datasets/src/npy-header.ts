/** Element types that can be written, little-endian. */
export type NpyFloat = 'f4' | 'f8';

/**
 * The first bytes of a .npy file, format 1.0, of rows × cols numbers in C order, padded with spaces so that data begin at a multiple of 64.
 * Byte for byte what `numpy.save` writes.
 */
export function npyHeader(rows: number, cols: number, dtype: NpyFloat): Uint8Array {
  const dictionary = `{'descr': '<${dtype}', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`;
  const padding = (64 - ((10 + dictionary.length + 1) % 64)) % 64;
  const header = `${dictionary}${' '.repeat(padding)}\n`;
  const bytes = new Uint8Array(10 + header.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  return bytes;
}

/** Puts `values` into `view` from byte `at` on, as little-endian numbers of this type. */
export function putFloats(view: DataView, at: number, values: Float64Array, dtype: NpyFloat): void {
  if (dtype === 'f8') for (let i = 0; i < values.length; i++) view.setFloat64(at + 8 * i, values[i], true);
  else for (let i = 0; i < values.length; i++) view.setFloat32(at + 4 * i, values[i], true);
}
