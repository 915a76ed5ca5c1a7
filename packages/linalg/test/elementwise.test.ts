import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engineUse } from '../src/engine/engine.js';
import { elementwise, elementwiseFunctions, mapElements, matrix, resident, type ElementwiseFunction } from '../src/index.js';
import { golden, testAccuracy, ulp } from './elementwise-cases.js';

const one = (name: ElementwiseFunction, x: number): number => elementwise(name, Float64Array.of(x))[0];
const bits = (x: Float64Array): string => Array.from(new BigUint64Array(x.slice().buffer), (word, i) => (Number.isNaN(x[i]) ? 'NaN' : String(word))).join();

testAccuracy('default');

describe('values that IEEE 754 and the definitions fix', () => {
  const TINY = 5e-324;
  const cases: Record<ElementwiseFunction, readonly (readonly [number, number])[]> = {
    exp: [[0, 1], [-0, 1], [Infinity, Infinity], [-Infinity, 0], [710, Infinity], [1e300, Infinity], [-746, 0], [-1e300, 0], [TINY, 1], [-745, TINY]],
    expm1: [[0, 0], [-0, -0], [TINY, TINY], [-TINY, -TINY], [Infinity, Infinity], [-Infinity, -1], [710, Infinity], [1e300, Infinity], [-40, -1], [-1e300, -1]],
    log1p: [[0, 0], [-0, -0], [TINY, TINY], [-TINY, -TINY], [-1, -Infinity], [Infinity, Infinity], [-1 - 2 ** -52, NaN], [-Infinity, NaN]],
    erfc: [[0, 1], [-0, 1], [TINY, 1], [28, 0], [1e300, 0], [Infinity, 0], [-6, 2], [-1e300, 2], [-Infinity, 2]],
    log: [[0, -Infinity], [-0, -Infinity], [1, 0], [Infinity, Infinity], [-1, NaN], [-TINY, NaN], [-Infinity, NaN]],
    sqrt: [[0, 0], [-0, -0], [4, 2], [Infinity, Infinity], [-1, NaN], [-Infinity, NaN]],
    sin: [[0, 0], [-0, -0], [TINY, TINY], [-TINY, -TINY], [Infinity, NaN], [-Infinity, NaN]],
    cos: [[0, 1], [-0, 1], [TINY, 1], [Infinity, NaN], [-Infinity, NaN]],
    asin: [[0, 0], [-0, -0], [TINY, TINY], [-TINY, -TINY], [1, Math.PI / 2], [-1, -Math.PI / 2], [1 + 2 ** -52, NaN], [-2, NaN], [Infinity, NaN], [-Infinity, NaN]],
    acos: [[1, 0], [0, Math.PI / 2], [-0, Math.PI / 2], [-1, Math.PI], [1 + 2 ** -52, NaN], [-1 - 2 ** -52, NaN], [Infinity, NaN], [-Infinity, NaN]],
    tanh: [[0, 0], [-0, -0], [TINY, TINY], [-TINY, -TINY], [20, 1], [-20, -1], [1e300, 1], [Infinity, 1], [-Infinity, -1]],
    erf: [[0, 0], [-0, -0], [TINY, TINY], [-TINY, -TINY], [6, 1], [-6, -1], [1e300, 1], [Infinity, 1], [-Infinity, -1]],
  };
  // NaNs of every kind: the payload must not reach the integer arithmetic on exponents.
  const nans = new Float64Array(BigUint64Array.of(0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff8000000000fffn, 0x7ff0000000000001n, 0xfff7ffffffffffffn).buffer);

  test.each([...elementwiseFunctions])('%s', (name) => {
    const x = Float64Array.from(cases[name], ([value]) => value);
    expect(Array.from(elementwise(name, x))).toEqual(cases[name].map(([, value]) => value));
    for (const [value, expected] of cases[name]) expect(one(name, value), String(value)).toBe(expected);
    expect(elementwise(name, nans).every(Number.isNaN)).toBe(true);
    // NaN beside an ordinary number in the same vector leaves it alone.
    const mixed = elementwise(name, Float64Array.of(NaN, 0.5, 0.5, NaN, 0.5));
    expect(Array.from(mixed, Number.isNaN)).toEqual([true, false, false, true, false]);
    expect(mixed[1]).toBe(mixed[4]);
    expect(elementwise(name, new Float64Array(0)).length).toBe(0);
  });

  test('the square root is correctly rounded, as Math.sqrt is', () => {
    const x = Float64Array.from(golden.functions.log, ([value]) => value);
    expect(elementwise('sqrt', x)).toEqual(x.map(Math.sqrt));
  });
});

test.each([...elementwiseFunctions])('%s of a number has the same bits at every place, in every company, whatever the length', (name) => {
  const points = [...golden.functions[name].map(([x]) => x), 0, -0, Infinity, -Infinity, NaN, -1, 1, 1e9, -1e9, 1e22, 1e-320];
  const alone = points.map((x) => one(name, x));
  const check = (which: readonly number[]): void => {
    expect(bits(elementwise(name, Float64Array.from(which, (k) => points[k])))).toBe(bits(Float64Array.from(which, (k) => alone[k])));
  };
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: points.length - 1 }), { maxLength: 40 }), check), { numRuns: 60, seed: 5 });
  // Chunks of 8192: around one and two.
  for (const length of [8191, 8192, 8193, 16385]) check(Array.from({ length }, (_, i) => (i * 7) % points.length));
});

describe('where the result goes', () => {
  const x = Float64Array.from({ length: 20001 }, (_, i) => Math.sin(i) * 3);
  const expected = bits(elementwise('tanh', x));

  test('in place, into a given array, and into one that overlaps the input on either side', () => {
    const own = x.slice();
    expect(elementwise('tanh', own, own)).toBe(own);
    expect(bits(own)).toBe(expected);
    const out = new Float64Array(x.length);
    expect(elementwise('tanh', x, out)).toBe(out);
    expect(bits(out)).toBe(expected);
    for (const [from, to] of [[0, 1], [1, 0], [0, 5000], [5000, 0], [0, 8192], [8192, 0]]) {
      const buffer = new Float64Array(x.length + 8192);
      buffer.set(x, from);
      const target = buffer.subarray(to, to + x.length);
      elementwise('tanh', buffer.subarray(from, from + x.length), target);
      expect(bits(target)).toBe(expected);
    }
  });

  test('large arrays pass through the engine in pieces: its memory does not grow', () => {
    elementwise('exp', x);
    const before = engineUse().bytes;
    elementwise('exp', new Float64Array(1e6));
    expect(engineUse().bytes).toBe(before);
  });

  test('matrices: shape kept, input untouched, and resident if the input is', () => {
    const A = matrix(3, 5, x.slice(0, 15));
    const B = mapElements(A, 'tanh');
    expect([B.rows, B.cols]).toEqual([3, 5]);
    expect(bits(A.data)).toBe(bits(x.slice(0, 15)));
    using R = resident(A);
    const S = mapElements(R, 'tanh');
    expect(engineUse().residents).toBe(2);
    expect(bits(S.data)).toBe(bits(B.data));
    expect(bits(B.data)).toBe(bits(elementwise('tanh', A.data)));
    (S).dispose();
    expect(mapElements(matrix(0, 4), 'log')).toEqual(matrix(0, 4));
  });
});

describe('identities', () => {
  const anywhere = fc.double({ noNaN: true });
  const unit = fc.double({ min: -1, max: 1, noNaN: true });
  const run = { numRuns: 500, seed: 6 };

  test('odd functions are odd and the cosine is even, exactly', () => {
    fc.assert(
      fc.property(anywhere, unit, (x, u) => {
        for (const name of ['sin', 'tanh', 'erf'] as const) expect(one(name, -x)).toBe(-one(name, x));
        expect(one('asin', -u)).toBe(-one('asin', u));
        expect(one('cos', -x)).toBe(one('cos', x));
      }),
      run,
    );
  });

  test('results stay within the ranges of the functions', () => {
    fc.assert(
      fc.property(anywhere, unit, (x, u) => {
        for (const name of ['tanh', 'erf'] as const) expect(Math.abs(one(name, x))).toBeLessThanOrEqual(1);
        for (const name of ['sin', 'cos'] as const) if (Number.isFinite(x)) expect(Math.abs(one(name, x))).toBeLessThanOrEqual(1);
        expect(one('exp', x)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(one('asin', u))).toBeLessThanOrEqual(Math.PI / 2);
        expect(one('acos', u)).toBeGreaterThanOrEqual(0);
        expect(one('acos', u)).toBeLessThanOrEqual(Math.PI);
      }),
      run,
    );
  });

  test('asin x + acos x = π/2 and acos x + acos(−x) = π', () => {
    fc.assert(
      fc.property(unit, (u) => {
        const [a, b, c] = [one('asin', u), one('acos', u), one('acos', -u)];
        // One ulp of each term, and the rounding of the sum and of the constant: half an ulp each.
        expect(Math.abs(a + b - Math.PI / 2)).toBeLessThanOrEqual(ulp(a) + ulp(b) + ulp(Math.PI / 2));
        expect(Math.abs(b + c - Math.PI)).toBeLessThanOrEqual(ulp(b) + ulp(c) + ulp(Math.PI));
      }),
      run,
    );
  });

  test('erf x + erfc x = 1', () => {
    fc.assert(
      fc.property(fc.double({ min: -7, max: 7, noNaN: true }), (x) => {
        const [a, b] = [one('erf', x), one('erfc', x)];
        // The errors promised for each, and half an ulp of the sum.
        expect(Math.abs(a + b - 1)).toBeLessThanOrEqual(1.5 * ulp(a) + 4 * ulp(b) + ulp(1));
      }),
      run,
    );
  });

  test('sin² + cos² = 1 for arguments of any size', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        // An ulp of either is at most 2⁻⁵³, doubled by squaring and weighted by |sin| + |cos| ≤ √2; three roundings of 2⁻⁵³.
        expect(Math.abs(one('sin', x) ** 2 + one('cos', x) ** 2 - 1)).toBeLessThanOrEqual(6 * 2 ** -53);
      }),
      run,
    );
  });

  test('neighbours are in order up to the error, far apart strictly', () => {
    const increasing: readonly [ElementwiseFunction, number, number][] = [['exp', -700, 700], ['expm1', -30, 700], ['log', 1e-300, 1e300], ['erf', -5, 5], ['tanh', -15, 15], ['asin', -1, 1], ['sqrt', 0, 1e300]];
    fc.assert(
      fc.property(fc.constantFrom(...increasing), unit, ([name, low, high], u) => {
        const x = Math.min(high, Math.max(low, name === 'log' || name === 'sqrt' ? 2 ** (996 * u) : u * high));
        const y = one(name, x);
        const next = one(name, Math.min(high, x + ulp(x)));
        // Two errors below 1.5 ulp, so at most two doubles back; the square root, correctly rounded, never steps back.
        expect(next).toBeGreaterThanOrEqual(name === 'sqrt' ? y : y - 2 * ulp(y));
      }),
      run,
    );
  });
});

test('wrong arguments are named', () => {
  const x = Float64Array.of(1);
  expect(() => elementwise('sinh' as ElementwiseFunction, x)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_RANGE', argument: 'name', got: '"sinh"' }));
  expect(() => elementwise('toString' as ElementwiseFunction, x)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_RANGE' }));
  expect(() => mapElements(matrix(1, 1), 3 as unknown as ElementwiseFunction)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_RANGE', got: 'number' }));
  expect(() => elementwise('sin', [1] as unknown as Float64Array)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_TYPE', argument: 'x' }));
  expect(() => elementwise('sin', x, new Float64Array(2))).toThrow(expect.objectContaining({ code: 'ERR_SHAPE', argument: 'out' }));
  expect(() => mapElements({ rows: 2, cols: 2, data: x }, 'sin')).toThrow(expect.objectContaining({ code: 'ERR_SHAPE' }));
});
