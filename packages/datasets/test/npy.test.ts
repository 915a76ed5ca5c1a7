import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '@saddlepoint/linalg';
import { encodeNpy, encodeNpz, npyMatrix, parseNpy, parseNpz } from '@saddlepoint/datasets';
import { messageOf } from './errors.js';

interface Golden {
  arrays: Record<string, { bytes: string; shape: number[]; values: number[] }>;
  refused: Record<string, string>;
  npz: Record<string, string>;
  encoded: { bytes: string };
}
const golden = JSON.parse(readFileSync(new URL('golden/npy.json', import.meta.url), 'utf8')) as Golden;
const decode = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

describe('npy', () => {
  it.each(Object.keys(golden.arrays))('reads what NumPy wrote: %s', (name) => {
    const { bytes, shape, values } = golden.arrays[name];
    const array = parseNpy(decode(bytes));
    expect(array.shape).toEqual(shape);
    expect(Array.from(array.data)).toEqual(values); // exact: every value is representable in its dtype
  });

  it('writes the bytes that NumPy writes', () => {
    expect(encodeNpy(matrix(2, 2, [0.1, -2.5, 1e300, -0]))).toEqual(decode(golden.encoded.bytes));
  });

  it('round-trips any matrix bit for bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.infiniteStream(fc.double()), (rows, cols, numbers) => {
        const A = matrix(rows, cols, Array.from(numbers.take(rows * cols)));
        const back = npyMatrix(parseNpy(encodeNpy(A)));
        expect(back.rows).toBe(rows);
        expect(back.cols).toBe(cols);
        expect(back.data.every((value, i) => Object.is(value, A.data[i]))).toBe(true);
      }),
    );
  });

  it('turns shapes into matrices', () => {
    expect(npyMatrix(parseNpy(decode(golden.arrays.vector.bytes)))).toMatchObject({ rows: 2, cols: 1 });
    expect(npyMatrix(parseNpy(decode(golden.arrays['fortran 3d'].bytes)))).toMatchObject({ rows: 2, cols: 12 });
    expect(messageOf('ERR_DATA', () => npyMatrix(parseNpy(decode(golden.arrays.scalar.bytes))))).toMatch(/scalar/);
  });

  it.each(Object.keys(golden.refused))('refuses %s arrays, naming the way out', (name) => {
    expect(messageOf('ERR_UNSUPPORTED', () => parseNpy(decode(golden.refused[name]), 'x.npy'))).toMatch(/x\.npy.*(astype|2⁵³)/);
  });

  it('names what is wrong with a bad file, wherever it is cut', () => {
    const good = decode(golden.encoded.bytes);
    expect(messageOf('ERR_DATA', () => parseNpy(good.subarray(0, good.length - 1), 'x.npy'))).toMatch(/x\.npy.*160 bytes for shape \(2, 2\).*truncated.*got 159/);
    expect(messageOf('ERR_DATA', () => parseNpy(Uint8Array.of(...good, 0)))).toMatch(/trailing/);
    expect(messageOf('ERR_DATA', () => parseNpy(new TextEncoder().encode('1,2\n3,4\n5,6\n')))).toMatch(/numpy\.save/);
    expect(messageOf('ERR_UNSUPPORTED', () => parseNpy(good.map((byte, i) => (i === 6 ? 9 : byte))))).toMatch(/version/);
    const garbled = good.map((byte, i) => (i === 12 ? 120 : byte)); // 'descr' → 'xescr'
    expect(messageOf('ERR_DATA', () => parseNpy(garbled))).toMatch(/'descr'/);
    fc.assert(fc.property(fc.integer({ min: 0, max: good.length - 1 }), (length) => void messageOf('ERR_DATA', () => parseNpy(good.subarray(0, length)))));
  });

  it('writes archives that it reads, the same bytes for the same arrays', () => {
    const A = matrix(2, 2, [0.1, -2, 3, 1e300]);
    const bytes = encodeNpz({ A });
    expect(npyMatrix(parseNpz(bytes).A)).toEqual(A);
    expect(encodeNpz({ A })).toEqual(bytes);
  });

  it.each(Object.keys(golden.npz))('reads %s archives', (kind) => {
    const arrays = parseNpz(decode(golden.npz[kind]));
    expect(Object.keys(arrays)).toEqual(['inputs', 'targets']);
    expect(Array.from(arrays.inputs.data)).toEqual([1, 2, 3, 4]);
    expect(Array.from(arrays.targets.data)).toEqual([1, -1]);
    expect(messageOf('ERR_DATA', () => parseNpz(decode(golden.npz[kind]).subarray(0, 50), 'x.npz'))).toMatch(/x\.npz.*zip/);
  });
});
