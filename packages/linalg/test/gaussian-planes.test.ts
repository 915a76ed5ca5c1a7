import { afterAll, describe, expect, test } from 'vitest';
import { withEngine } from '../src/engine-entry.js';
import { startThreads, stopThreads } from '../src/index.js';
import { BARE, golden, mapPair, runMap, type LayerNumbers } from './gaussian-cases.js';
import { same, uniforms } from './support.js';

afterAll(stopThreads);

const MARK = 12345.678;
const LAYER: LayerNumbers = [1.7, 0.1, 1.7, 0.1];
const wanted = (i: number, j: number, cols: number, lower: number): boolean => j < cols && (lower < 0 || j <= i + lower);

/** Pairs of random inputs of five numbers, with near duplicates. */
function randomPairs(rows: number, cols: number): { q1: Float64Array; q2: Float64Array; c: Float64Array; s: Float64Array } {
  const X = uniforms(5 * rows, 3);
  const Y = uniforms(5 * cols, 4);
  for (let i = 0; i < Math.min(rows, cols); i += 3) for (let k = 0; k < 5; k++) Y[5 * i + k] = X[5 * i + k] * (1 + 1e-7 * k);
  const inner = (a: Float64Array, i: number, b: Float64Array, j: number): number => [0, 1, 2, 3, 4].reduce((sum, k) => sum + a[5 * i + k] * b[5 * j + k], 0);
  const q1 = Float64Array.from({ length: rows }, (_, i) => inner(X, i, X, i));
  const q2 = Float64Array.from({ length: cols }, (_, j) => inner(Y, j, Y, j));
  const c = Float64Array.from({ length: rows * cols }, (_, n) => inner(X, Math.floor(n / cols), Y, n % cols));
  const s = c.map((x, n) => Math.sqrt(Math.max(0, q1[Math.floor(n / cols)] * q2[n % cols] - x * x)));
  return { q1, q2, c, s };
}

/** A plane inside a larger array full of marks, from `at` on. */
function framed(values: Float64Array, rows: number, cols: number, ld: number, at: number): Float64Array {
  const frame = new Float64Array(at + rows * ld + 3).fill(MARK);
  for (let i = 0; i < rows; i++) frame.set(values.subarray(i * cols, (i + 1) * cols), at + i * ld);
  return frame;
}

describe('planes of odd sizes, part of a larger array, at odd addresses', () => {
  for (const { map, name = map, parameters } of golden.maps.filter(({ parameters: p }) => p[1] === 1 || p[0] === 0.5))
    test(`${name}: each pair as by itself, nothing else touched`, () => {
      for (const [rows, cols, lower] of [[1, 1, -1], [2, 7, -1], [5, 4, 0], [9, 9, 0], [4, 9, 3], [3, 17, -1]]) {
        const { q1, q2, c, s } = randomPairs(rows, cols);
        const t = uniforms(rows * cols, 9);
        const ld = cols + 3;
        for (const [carried, theta, at] of [[true, true, 1], [true, false, 0], [false, true, 1], [false, false, 3]] as const)
          withEngine(4000, (engine) => {
            const upload = (x: Float64Array): number => engine.upload(Float64Array.of(0, ...x)) + 8;
            const plane = (x: Float64Array): number => engine.upload(framed(x, rows, cols, ld, at));
            const [C, S, T] = [plane(c), plane(s), plane(t)];
            const base = { rows, cols, ld, lower, q1: upload(q1), r1: upload(q1.map(Math.sqrt)), q2: upload(q2), r2: upload(q2.map(Math.sqrt)) };
            runMap(engine, map, parameters, { ...base, c: C + 8 * at, s: carried ? S + 8 * at : 0, t: theta ? T + 8 * at : 0 }, LAYER);
            const read = (p: number): Float64Array => engine.download(p, at + rows * ld + 3);
            const expected = { c: framed(c, rows, cols, ld, at), s: framed(s, rows, cols, ld, at), t: framed(t, rows, cols, ld, at) };
            for (let i = 0; i < rows; i++)
              for (let j = 0; j < cols; j++)
                if (wanted(i, j, cols, lower)) {
                  const n = i * cols + j;
                  const one = mapPair(map, parameters, { q1: q1[i], q2: q2[j], c: c[n], s: carried ? s[n] : undefined, t: theta ? t[n] : undefined }, LAYER);
                  const where = at + i * ld + j;
                  expected.c[where] = one.c;
                  if (carried) expected.s[where] = one.s;
                  if (theta) expected.t[where] = one.t;
                }
            expect(same(read(C), expected.c)).toBe(true);
            expect(same(read(S), expected.s)).toBe(true);
            expect(same(read(T), expected.t)).toBe(true);
          });
      }
    });
});

test('sums of planes are those of a loop, rounding by rounding, and stay in their frames', () => {
  for (const [rows, cols] of [[1, 1], [3, 5], [4, 8], [7, 11]]) {
    const [x, y, z, d] = [1, 2, 3, 4].map((seed) => uniforms(rows * cols, seed));
    const [lds, ldd, at] = [cols + 1, cols + 4, 1];
    const check = (job: (kernels: Parameters<Parameters<typeof withEngine>[1]>[0]['kernels'], p: readonly number[], target: number) => void, value: (n: number) => number): void =>
      withEngine(4000, ({ kernels, upload, download }) => {
        const sources = [x, y, z].map((a) => upload(framed(a, rows, cols, lds, at)) + 8 * at);
        const frame = framed(d, rows, cols, ldd, at);
        const target = upload(frame);
        job(kernels, sources, target + 8 * at);
        for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) frame[at + i * ldd + j] = value(i * cols + j);
        expect(same(download(target, frame.length), frame)).toBe(true);
      });
    check((k, [a], to) => k.accumulatePlane(rows, cols, a, lds, to, ldd, 0.3), (n) => d[n] + 0.3 * x[n]);
    check((k, _, to) => k.scalePlane(rows, cols, to, ldd, 0.3), (n) => 0.3 * d[n]);
    check((k, _, to) => k.fillPlane(rows, cols, to, ldd, 0.3), () => 0.3);
  }
});

test.each([0, 1, 2, 3, 31, 32, 33, 65, 130])('the mirrored triangle, n = %d', (n) => {
  const ld = n + 3;
  withEngine(n * ld + 4, ({ kernels, upload, download }) => {
    const frame = framed(uniforms(n * n, 5), n, n, ld, 1);
    const pointer = upload(frame);
    kernels.mirrorLower(n, pointer + 8, ld);
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) frame[1 + i * ld + j] = frame[1 + j * ld + i];
    expect(same(download(pointer, frame.length), frame)).toBe(true);
  });
});

describe('the same bits for any number of threads', () => {
  const [rows, cols] = [301, 303];
  const { q1, q2, c, s } = randomPairs(rows, cols);
  const terms = 9;
  const jobs: Record<string, () => Float64Array> = {};
  for (const { map, name = map, parameters } of golden.maps)
    for (const lower of [-1, 0])
      jobs[`${name} ${parameters.join()} ${lower}`] = () =>
        withEngine(4 * rows * cols + 4 * cols, (engine) => {
          const [C, S, T] = [c, s, c].map((x) => engine.upload(x));
          const upload = (x: Float64Array): number => engine.upload(x);
          const [Q1, R1, Q2, R2] = [upload(q1), upload(q1.map(Math.sqrt)), upload(q2), upload(q2.map(Math.sqrt))];
          runMap(engine, map, parameters, { rows, cols, ld: cols, lower, q1: Q1, r1: R1, q2: Q2, r2: R2, c: C, s: S, t: T }, BARE);
          return engine.download(C, 3 * rows * cols);
        });
  jobs.series = () =>
    withEngine(3 * rows * cols + 4 * terms * cols, ({ kernels, upload, download }) => {
      const [C, T] = [upload(c), upload(c)];
      const [A, B] = [upload(uniforms(rows * terms, 6)), upload(uniforms(cols * terms, 7))];
      kernels.mapSeries(rows, cols, cols, -1, upload(q1.map(Math.sqrt)), upload(q2.map(Math.sqrt)), C, T, A, B, A, B, terms, 0, 1, terms - 1, 1, 2, 1.5, 0.1, 1.5, 0.1, -20);
      return download(C, 2 * rows * cols);
    });
  jobs['distances, sums, mirror'] = () =>
    withEngine(6 * rows * cols, ({ kernels, upload, download }) => {
      const [C, S, D] = [upload(c), upload(s), upload(c)];
      const [Q1, R1, Q2, R2] = [q1, q1.map(Math.sqrt), q2, q2.map(Math.sqrt)].map((x) => upload(x));
      kernels.sineToDistance(rows, cols, cols, -1, Q1, R1, Q2, R2, C, S);
      kernels.accumulatePlane(rows, cols, C, cols, D, cols, 0.3);
      kernels.distanceToSine(rows, cols, cols, -1, Q1, R1, Q2, R2, C, S);
      kernels.combineSines(rows, cols, cols, -1, R1, R2, C, S, R1, R2, C, S);
      kernels.mirrorLower(rows, D, cols);
      return download(C, 3 * rows * cols);
    });
  jobs['one long row'] = () =>
    withEngine(3 * rows * cols, ({ kernels, upload, download }) => {
      const [C, S, D] = [upload(c), upload(s), upload(c)];
      const n = rows * cols - 1;
      kernels.accumulatePlane(1, n, C, n, D, n, 0.3);
      kernels.scalePlane(1, n, S, n, 0.3);
      kernels.fillPlane(1, n, C, n, 0.3);
      return download(C, 3 * rows * cols);
    });
  const alone = new Map(Object.entries(jobs).map(([name, job]) => [name, job()]));

  test.each([2, 3, 1])('%i', async (threads) => {
    expect(await startThreads({ threads })).toEqual({ threads, fallback: null });
    for (let round = 0; round < 2; round++)
      for (const [name, job] of Object.entries(jobs)) expect([name, same(job(), alone.get(name) ?? new Float64Array(0))]).toEqual([name, true]);
  });
});
