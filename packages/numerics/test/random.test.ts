import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, normalCdf, philox, randomStream, variance } from '@saddlepoint/numerics';
import { BATCH, philoxEngine } from '../src/random/philox-simd.js';
import { golden, ulps, worst } from './support.js';

const known = golden<{ streams: { path: [string | number, ...(string | number)[]]; uniforms: number[]; normals: number[] }[] }>('random').streams;

const words = (...input: [number, number, number, number, number, number]): string[] => {
  const out = new Uint32Array(4);
  philox(out, 0, ...input);
  return Array.from(out, (w) => w.toString(16).padStart(8, '0'));
};

describe('Philox4x32-10', () => {
  it('gives the known answers of Random123 (kat_vectors)', () => {
    expect(words(0, 0, 0, 0, 0, 0)).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    const f = 0xffffffff;
    expect(words(f, f, f, f, f, f)).toEqual(['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd']);
    expect(words(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)).toEqual(['d16cfe09', '94fdcceb', '5001e420', '24126ea1']);
  });
});

describe('Philox in WebAssembly', () => {
  it('makes the words of the plain one, whatever counter and key', () => {
    for (let i = 0; i < 40; i++) philoxEngine();
    const engine = philoxEngine();
    expect(engine).not.toBeNull();
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff - BATCH }), word, word, word, word, word, (c0, c1, c2, c3, k0, k1) => {
        engine?.fill(4 * BATCH, c0, c1, c2, c3, k0, k1);
        for (const block of [0, 1, 2, 3, 4, 7, 200, BATCH / 4 - 1]) {
          const plain = new Uint32Array(4);
          philox(plain, 0, c0 + block, c1, c2, c3, k0, k1);
          expect(engine?.words.slice(4 * block, 4 * block + 4)).toEqual(plain);
        }
      }),
    );
  });
});

describe('randomStream', () => {
  it('is a function of seed and path alone; splitting is naming', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 4 }), (seed, path) => {
        const direct = randomStream(seed, ...path);
        const chained = path.reduce((stream, label) => {
          stream.normal(); // drawing must not move the children
          return stream.split(label);
        }, randomStream(seed));
        expect(direct.uniforms(5)).toEqual(chained.uniforms(5));
      }),
    );
  });

  it.each(known)('gives the known answers of an independent implementation: $path', ({ path, uniforms, normals }) => {
    expect(Array.from(randomStream(...path).uniforms(uniforms.length))).toEqual(uniforms);
    // Logarithm and root to 1 ulp together, cosine or sine and the rounding of its angle 1.5, the product ½.
    const drawn = randomStream(...path).normals(normals.length);
    expect(worst(normals.map((z, i) => [drawn[i], z] as const), ([got, z]) => ulps(got, z))).toBeLessThanOrEqual(3);
  });

  it('draws the same bits on every engine: a checksum over 200 000 normals', () => {
    const words = new Uint32Array(randomStream('checksum').normals(200_000).buffer);
    expect(words.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193), 0x811c9dc5) >>> 0).toBe(249733157);
  });

  it('counts in 64 bits: words do not depend on how many are made at a time', () => {
    const stream = randomStream('long');
    const all = stream.uniforms(3001);
    const again = randomStream('long');
    for (let i = 0, size = 1; i < 3001; i += size, size = 1 + ((7 * size) % 300)) expect(again.uniforms(Math.min(size, 3001 - i))).toEqual(all.slice(i, i + size));
  });

  it('tells apart labels that look alike', () => {
    const streams = [randomStream(1), randomStream('1'), randomStream(1, 1), randomStream(1, '1'), randomStream('a', 'b'), randomStream('ab'), randomStream('b', 'a'), randomStream(''), randomStream('\0'), randomStream(0), randomStream(0, ''), randomStream(0.5)];
    expect(new Set(streams.map((s) => s.uniform())).size).toBe(streams.length);
  });

  it('vectors continue scalars', () => {
    const [a, b, c] = [randomStream(3), randomStream(3), randomStream(3)];
    expect(Array.from(a.normals(7))).toEqual([...b.normals(3), b.normal(), ...b.normals(3)]);
    expect(Array.from(randomStream(3).uniforms(300))).toEqual(Array.from({ length: 300 }, () => c.uniform()));
    // Any mixture of calls is the same sequence: normals one by one, in vectors of odd lengths, across refills and after single uniforms.
    for (const offset of [0, 1, 2, 3]) {
      const [one, many] = [randomStream('mixed'), randomStream('mixed')];
      one.uniforms(offset);
      many.uniforms(offset);
      const scalar = Array.from({ length: 3000 }, () => one.normal());
      const vector: number[] = [];
      for (let size = 1; vector.length < 3000; size = 1 + ((5 * size) % 613)) vector.push(...many.normals(Math.min(size, 3000 - vector.length)));
      expect(vector).toEqual(scalar);
      expect(many.uniform()).toBe(one.uniform());
    }
  });

  // Fixed seeds: the statistics below are deterministic; bounds are 4 standard deviations of their null distribution.
  it('uniforms: moments, cells of a 16×16 grid of pairs, Kolmogorov–Smirnov', () => {
    const n = 65536;
    const u = randomStream('uniform test').uniforms(n);
    expect(Math.abs(mean(u) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    const cells = new Float64Array(256);
    for (let i = 0; i < n; i += 2) cells[Math.floor(u[i] * 16) * 16 + Math.floor(u[i + 1] * 16)]++;
    const chi2 = cells.reduce((s, o) => s + (o - n / 512) ** 2 / (n / 512), 0);
    expect(Math.abs(chi2 - 255)).toBeLessThan(4 * Math.sqrt(2 * 255));
    const sorted = u.slice().sort();
    const ks = sorted.reduce((m, v, i) => Math.max(m, (i + 1) / n - v, v - i / n), 0);
    expect(ks * Math.sqrt(n)).toBeLessThan(2);
  });

  it('normals: moments, tails and no correlation across lags or sibling streams', () => {
    const n = 200_000;
    const parent = randomStream('normal test');
    const [z, w] = [parent.split(0).normals(n), parent.split(1).normals(n)];
    expect(Math.abs(mean(z))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance(z) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(mean(z.map((v) => v ** 3)))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(mean(z.map((v) => v ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    const beyond3 = z.filter((v) => Math.abs(v) > 3).length;
    const expected = 2 * n * normalCdf(-3);
    expect(Math.abs(beyond3 - expected)).toBeLessThan(4 * Math.sqrt(expected));
    for (const other of [w, z.subarray(1), z.subarray(2)]) expect(Math.abs(other.reduce((s, v, i) => s + v * z[i], 0))).toBeLessThan(4 * Math.sqrt(n));
  });

  it('integers are in range and even; permutations are permutations, all equally likely', () => {
    const random = randomStream(5);
    const counts = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
    expect(counts.reduce((s, o) => s + (o - 1e4) ** 2 / 1e4, 0)).toBeLessThan(6 + 4 * Math.sqrt(12));
    fc.assert(fc.property(fc.integer({ min: 0, max: 200 }), (n) => new Set(random.permutation(n)).size === n));
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const key = random.permutation(4).join('');
      orders.set(key, (orders.get(key) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    expect([...orders.values()].reduce((s, o) => s + (o - 1000) ** 2 / 1000, 0)).toBeLessThan(23 + 4 * Math.sqrt(46));
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 53)).toBeLessThan(2 ** 53);
  });

  it('refuses what it cannot honour', () => {
    expect(() => randomStream(NaN)).toThrow(/label/);
    expect(() => randomStream(1).integer(0)).toThrow(/n: expected/);
    expect(() => randomStream(1).normals(-1)).toThrow(/n: expected/);
  });
});
