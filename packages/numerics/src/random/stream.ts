import { SaddlepointTypeError, checkFinite, checkInteger } from '@saddlepoint/core';
import { boxMuller } from './box-muller.js';
import { BATCH, philoxEngine } from './philox-simd.js';
import { philox, philoxBlocks } from './philox.js';

/** A stream of random numbers: same seed and path, same numbers, on every machine with IEEE arithmetic. */
export interface RandomStream {
  /** Uniform on [0, 1), 53 random bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** The next n of {@link uniform}. */
  uniforms(n: number): Float64Array;
  /** The next n of {@link normal}. */
  normals(n: number): Float64Array;
  /** Uniform on {0, …, n−1}, without bias, 1 ≤ n ≤ 2⁵³. */
  integer(n: number): number;
  /** A uniform permutation of 0, …, n−1. */
  permutation(n: number): Int32Array;
  /** An independent stream, whatever has been drawn from this one: `randomStream(s, 'a').split('b')` is `randomStream(s, 'a', 'b')`. */
  split(label: string | number): RandomStream;
}

type Words = readonly [number, number, number, number];

/** The words of a label: a tag and length, then UTF-8 bytes or the 64 bits of a double, so that 1 and '1' differ. */
function encode(label: string | number): Uint32Array {
  if (typeof label === 'number') {
    checkFinite('label', [label]);
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, label === 0 ? 0 : label, true);
    return Uint32Array.of(1, 8, view.getUint32(0, true), view.getUint32(4, true));
  }
  if (typeof label !== 'string') throw new SaddlepointTypeError({ argument: 'label', expected: 'a string or a number', got: typeof label });
  const bytes = new TextEncoder().encode(label);
  const words = new Uint32Array(4 * Math.ceil((2 + Math.ceil(bytes.length / 4)) / 4));
  words[0] = 2;
  words[1] = bytes.length;
  bytes.forEach((byte, i) => {
    words[2 + (i >> 2)] |= byte << (8 * (i & 3));
  });
  return words;
}

/** Mixes a label into a 128-bit state with Philox as compression function (Davies–Meyer over its blocks). */
function absorb(state: Words, label: string | number): Words {
  const words = encode(label);
  const out = new Uint32Array(4);
  let [a, b, c, d] = state;
  for (let i = 0; i < words.length; i += 4) {
    philox(out, 0, words[i] ^ a, words[i + 1] ^ b, words[i + 2] ^ c, words[i + 3] ^ d, 0x53616464 ^ c, 0x6c65 ^ d);
    [a, b, c, d] = [out[0] ^ words[i], out[1] ^ words[i + 1], out[2] ^ words[i + 2], out[3] ^ words[i + 3]];
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** a % n for integers up to 2⁵³, several times faster than the operator on doubles. */
function remainder(a: number, n: number): number {
  const rest = a - Math.floor(a / n) * n;
  return rest < 0 ? rest + n : rest >= n ? rest - n : rest;
}

/** Words made at a time: few for a stream that is asked once, more as it goes on. */
const FIRST = 8;

function fromState(state: Words): RandomStream {
  const [c2, c3, k0, k1] = state;
  let buffer = new Uint32Array(0);
  let position = 0;
  let block = 0;
  let spare = NaN;
  const quad = new Uint32Array(4);
  const pair = new Float64Array(2);

  const refill = (): void => {
    if (buffer.length < BATCH) buffer = new Uint32Array(Math.min(BATCH, Math.max(FIRST, 4 * buffer.length)));
    const blocks = buffer.length / 4;
    const [low, high] = [block % 2 ** 32, Math.floor(block / 2 ** 32)];
    const engine = buffer.length === BATCH && low + blocks <= 2 ** 32 ? philoxEngine() : null;
    if (engine) {
      engine.fill(4 * BATCH, low, high, c2, c3, k0, k1);
      buffer.set(engine.words);
    } else philoxBlocks(buffer, 0, blocks, low, high, c2, c3, k0, k1);
    block += blocks;
    position = 0;
  };
  // Uniforms take two words, and buffers hold an even number: a uniform never straddles a refill, a pair of normals may.
  const uniform = (): number => {
    if (position === buffer.length) refill();
    const high = buffer[position++] >>> 5;
    const low = buffer[position++] >>> 6;
    return (high * 67108864 + low) * 1.1102230246251565e-16;
  };
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = NaN;
      return value;
    }
    for (let i = 0; i < 4; i++) {
      if (position === buffer.length) refill();
      quad[i] = buffer[position++];
    }
    boxMuller(quad, 0, 1, pair, 0);
    spare = pair[1];
    return pair[0];
  };
  const uniforms = (n: number): Float64Array => {
    const values = new Float64Array(checkInteger('n', n, { min: 0 }));
    for (let i = 0; i < n; ) {
      if (position === buffer.length) refill();
      const words = buffer;
      const end = i + Math.min(n - i, (words.length - position) >> 1);
      let at = position;
      for (; i < end; i++, at += 2) values[i] = ((words[at] >>> 5) * 67108864 + (words[at + 1] >>> 6)) * 1.1102230246251565e-16;
      position = at;
    }
    return values;
  };
  const normals = (n: number): Float64Array => {
    const values = new Float64Array(checkInteger('n', n, { min: 0 }));
    let i = 0;
    while (i < n) {
      const pairs = Number.isNaN(spare) ? Math.min((buffer.length - position) >> 2, (n - i) >> 1) : 0;
      boxMuller(buffer, position, pairs, values, i);
      position += 4 * pairs;
      i += 2 * pairs;
      // What is left over: a spare from before, a pair across a refill, the odd last one.
      if (i < n) values[i++] = normal();
    }
    return values;
  };
  const integer = (n: number): number => {
    checkInteger('n', n, { min: 1, max: 2 ** 53 });
    const limit = 2 ** 53 - remainder(2 ** 53, n);
    for (;;) {
      const draw = uniform() * 2 ** 53;
      if (draw < limit) return remainder(draw, n);
    }
  };
  return {
    uniform,
    normal,
    uniforms,
    normals,
    integer,
    permutation: (n) => {
      const order = Int32Array.from({ length: checkInteger('n', n, { min: 0 }) }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
    split: (label) => fromState(absorb(state, label)),
  };
}

/**
 * A counter-based random stream named by a seed and a path of labels. Streams of different seeds or paths are independent; drawing
 * from one never moves another.
 *
 * Philox4x32-10; the seed and path are hashed to 128 bits, 64 of which are the key and 64 the upper half of the counter. Normals by
 * Box–Muller, two to a block, with logarithm, sine and cosine of its own: the same bits on every engine, normals too.
 *
 * Source: Salmon, Moraes, Dror & Shaw, SC11 (2011).
 *
 * @example
 * import { randomStream } from '@saddlepoint/numerics';
 * const weights = randomStream(7, 'member', 3).normals(4);
 * weights.length; // => 4
 * randomStream(7).split('member').split(3).normal() === weights[0]; // => true
 */
export function randomStream(seed: number | string, ...path: (string | number)[]): RandomStream {
  return fromState([seed, ...path].reduce<Words>(absorb, [0, 0, 0, 0]));
}
