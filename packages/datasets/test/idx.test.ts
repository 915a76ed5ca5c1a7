import { describe, expect, it } from 'vitest';
import { imageDataset, parseIdx } from '@saddlepoint/datasets';
import { messageOf } from './errors.js';

const header = (type: number, ...shape: number[]): number[] => [0, 0, type, shape.length, ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255])];

describe('IDX', () => {
  it('reads every value type, big-endian', () => {
    expect(parseIdx(Uint8Array.of(...header(0x08, 2, 2), 1, 2, 3, 255))).toEqual({ type: 'u1', shape: [2, 2], data: Uint8Array.of(1, 2, 3, 255) });
    expect(parseIdx(Uint8Array.of(...header(0x09, 2), 1, 255)).data).toEqual(Int8Array.of(1, -1));
    expect(parseIdx(Uint8Array.of(...header(0x0b, 1), 0xff, 0x00)).data).toEqual(Int16Array.of(-256));
    expect(parseIdx(Uint8Array.of(...header(0x0c, 1), 0, 0, 1, 0)).data).toEqual(Int32Array.of(256));
    expect(parseIdx(Uint8Array.of(...header(0x0d, 1), 0x3f, 0xc0, 0, 0)).data).toEqual(Float32Array.of(1.5)); // IEEE 754: 1.5 = 0x3fc00000
    expect(parseIdx(Uint8Array.of(...header(0x0e, 1), 0xc0, 0x04, 0, 0, 0, 0, 0, 0)).data).toEqual(Float64Array.of(-2.5)); // 0xc004…
  });

  it('reads a view into a larger buffer', () => {
    const whole = Uint8Array.of(9, 9, 9, ...header(0x08, 2), 7, 8, 9, 9);
    expect(Array.from(parseIdx(whole.subarray(3, 13)).data)).toEqual([7, 8]);
  });

  it('names what is wrong with a bad file', () => {
    const good = Uint8Array.of(...header(0x08, 2, 3), 1, 2, 3, 4, 5, 6);
    expect(messageOf('ERR_DATA', () => parseIdx(good.subarray(0, 15), 'train-images'))).toMatch(/train-images.*18 bytes for shape 2×3 \(truncated.*got 15 bytes/);
    expect(messageOf('ERR_DATA', () => parseIdx(good.subarray(0, 7)))).toMatch(/header.*12 bytes.*truncated/);
    expect(messageOf('ERR_DATA', () => parseIdx(good.subarray(0, 2)))).toMatch(/at least 4 bytes/);
    expect(messageOf('ERR_DATA', () => parseIdx(Uint8Array.of(...good, 0)))).toMatch(/trailing/);
    expect(messageOf('ERR_DATA', () => parseIdx(Uint8Array.of(1, 2, 3, 4, 5)))).toMatch(/magic number.*01 02 03 04/);
    expect(messageOf('ERR_DATA', () => parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0)))).toMatch(/gunzip/);
  });
});

describe('images', () => {
  const images = parseIdx(Uint8Array.of(...header(0x08, 5, 1, 2), 3, 4, 0, 5, 255, 0, 1, 1, 6, 8));
  const labels = parseIdx(Uint8Array.of(...header(0x08, 5), 0, 1, 2, 3, 0));

  it('scales to |x|² = d and labels odd against even', () => {
    const data = imageDataset(images, labels, 'toy');
    for (let i = 0; i < 5; i++) expect(data.inputs.data[2 * i] ** 2 + data.inputs.data[2 * i + 1] ** 2).toBeCloseTo(2, 14);
    expect(Array.from(data.targets.data)).toEqual([-1, 1, -1, 1, -1]);
    expect(Array.from(imageDataset(images, labels, 'toy', { normalize: 'none' }).inputs.data.subarray(4, 6))).toEqual([1, 0]);
  });

  it('keeps only the digits of the two sets, in file order', () => {
    const data = imageDataset(images, labels, 'toy', { labels: { positive: [0], negative: [3, 1] } });
    expect(Array.from(data.indices)).toEqual([0, 1, 3, 4]);
    expect(Array.from(data.targets.data)).toEqual([1, -1, -1, 1]);
    expect(Array.from(imageDataset(images, labels, 'toy', { labels: 'one-hot', count: 2 }).targets.data)).toEqual([1, ...Array<number>(10).fill(0), 1, ...Array<number>(8).fill(0)]);
  });

  it('draws nested subsets from a seed, and takes explicit ones', () => {
    const four = imageDataset(images, labels, 'toy', { seed: 3, count: 4 });
    const two = imageDataset(images, labels, 'toy', { seed: 3, count: 2 });
    expect(two.indices).toEqual(four.indices.slice(0, 2));
    expect(new Set(four.indices).size).toBe(4);
    expect(Array.from(imageDataset(images, labels, 'toy', { indices: [4, 4, 1] }).classes)).toEqual([0, 0, 1]);
  });

  it('refuses what cannot be', () => {
    expect(messageOf('ERR_ARGUMENT_RANGE', () => imageDataset(images, labels, 'toy', { count: 6 }))).toMatch(/count.*at most the 5 images of toy.*got 6/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => imageDataset(images, labels, 'toy', { indices: [5] }))).toMatch(/indices\[0\]/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => imageDataset(images, labels, 'toy', { indices: [0], seed: 1 }))).toMatch(/indices/);
    expect(messageOf('ERR_DATA', () => imageDataset(images, labels, 'toy', { indices: [2], labels: { positive: [0], negative: [1] } }))).toMatch(/row 0.*got 2/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => imageDataset(images, labels, 'toy', { labels: { positive: [0], negative: [0] } }))).toMatch(/disjoint/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => imageDataset(images, labels, 'toy', { labels: { positive: [], negative: [0] } }))).toMatch(/at least one/);
    expect(messageOf('ERR_DATA', () => imageDataset(images, parseIdx(Uint8Array.of(...header(0x08, 1), 0)), 'toy'))).toMatch(/each of the 5 images/);
    const black = parseIdx(Uint8Array.of(...header(0x08, 1, 2), 0, 0));
    expect(messageOf('ERR_DATA', () => imageDataset(black, parseIdx(Uint8Array.of(...header(0x08, 1), 0)), 'toy'))).toMatch(/inputs, row 0.*zeros/);
  });
});
