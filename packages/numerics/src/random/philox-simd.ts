// Philox4x32-10 on four counters at a time, as a WebAssembly function written out here instruction by instruction: a toolchain would be
// heavier than these bytes. 32×32→64-bit products, which JavaScript lacks, are single instructions there. Same words as `philoxBlocks`.

/** Words that one call can make. */
export const BATCH = 1024;

type Fill = (end: number, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number) => void;
/** Fills `words` from its start with blocks of four words, up to the byte `end`, a multiple of 64. */
export interface PhiloxEngine {
  readonly words: Uint32Array;
  readonly fill: Fill;
}

/** Bytes, in any nesting. */
type Code = readonly (number | Code)[];

function flatten(code: Code, bytes: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') bytes.push(part);
    else flatten(part, bytes);
  }
  return bytes;
}

const unsigned = (value: number): Code => (value < 128 ? [value] : [(value & 127) | 128, unsigned(value >>> 7)]);
const signed = (value: number): Code => {
  const rest = value >> 7;
  return (rest === 0 && (value & 64) === 0) || (rest === -1 && (value & 64) !== 0) ? [value & 127] : [(value & 127) | 128, signed(rest)];
};
const sized = (code: Code): Code => {
  const bytes = flatten(code);
  return [unsigned(bytes.length), bytes];
};
const section = (id: number, content: Code): Code => [id, sized(content)];
const text = (name: string): Code => sized(Array.from(name, (letter) => letter.charCodeAt(0)));

const I32 = 0x7f;
const V128 = 0x7b;
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const constant = (value: number): Code => [0x41, signed(value | 0)];
const ADD = 0x6a;
const vector = (opcode: number): Code => [0xfd, unsigned(opcode)];
const SPLAT = vector(0x11);
const XOR = vector(0x51);
const ADD4 = vector(0xae);
const PRODUCTS_LOW = vector(0xde);
const PRODUCTS_HIGH = vector(0xdf);
/** Picks four of the eight 32-bit lanes of two vectors. */
const lanes = (...picked: number[]): Code => [vector(0x0d), picked.map((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3])];
const store = (offset: number): Code => [vector(0x0b), 4, offset];

// Parameters, then locals.
const [END, C0, C1, C2, C3, K0, K1, OUT] = [0, 1, 2, 3, 4, 5, 6, 7];
const [X0, X1, X2, X3, M0, M1, LOW, HIGH, NEXT, COUNTER] = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17];

/** The products of x and m: their high halves through `mix` into `high`, their low halves into `low`. */
const multiply = (x: number, m: number, mix: Code, high: number, low: number): Code => [
  [get(x), get(m), PRODUCTS_LOW, set(LOW)],
  [get(x), get(m), PRODUCTS_HIGH, set(HIGH)],
  [get(LOW), get(HIGH), lanes(1, 3, 5, 7), mix, set(high)],
  [get(LOW), get(HIGH), lanes(0, 2, 4, 6), set(low)],
];
const key = (k: number, step: number, round: number): Code => [get(k), constant(Math.imul(step, round)), ADD, SPLAT, XOR];
const round = (r: number): Code => [
  multiply(X0, M0, [get(X3), XOR, key(K1, 0xbb67ae85, r)], NEXT, X3),
  multiply(X2, M1, [get(X1), XOR, key(K0, 0x9e3779b9, r)], X0, X1),
  [get(NEXT), set(X2)],
];
/** Words 0 and 1, or 2 and 3, of two counters side by side. */
const pairUp = (a: number, b: number, upper: boolean): Code => [get(a), get(b), upper ? lanes(2, 6, 3, 7) : lanes(0, 4, 1, 5)];
const transposed = (upper: boolean): Code => [
  [pairUp(X0, X1, upper), set(LOW), pairUp(X2, X3, upper), set(HIGH)],
  [get(OUT), get(LOW), get(HIGH), lanes(0, 1, 4, 5), store(upper ? 32 : 0)],
  [get(OUT), get(LOW), get(HIGH), lanes(2, 3, 6, 7), store(upper ? 48 : 16)],
];
const splat = (from: Code, to: number): Code => [from, SPLAT, set(to)];

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const body: Code = [
    [splat(constant(0xd2511f53), M0), splat(constant(0xcd9e8d57), M1)],
    [get(C0), SPLAT, vector(0x0c), [0, 1, 2, 3].map((lane) => [lane, 0, 0, 0]), ADD4, set(COUNTER)],
    [0x03, 0x40], // loop
    [get(COUNTER), set(X0), splat(get(C1), X1), splat(get(C2), X2), splat(get(C3), X3)],
    Array.from({ length: 10 }, (_, r) => round(r)),
    [transposed(false), transposed(true)],
    [get(COUNTER), constant(4), SPLAT, ADD4, set(COUNTER)],
    [get(OUT), constant(64), ADD, 0x22, OUT, get(END), 0x49, 0x0d, 0], // out += 64; again while out < end
    [0x0b, 0x0b],
  ];
  const module: Code = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [1, 0x60, 7, Array<number>(7).fill(I32), 0]),
    section(3, [1, 0]),
    section(5, [1, 1, 1, 1]),
    section(7, [2, text('memory'), 2, 0, text('fill'), 0, 0]),
    section(10, [1, sized([2, 1, I32, 10, V128, body])]),
  ];
  return Uint8Array.from(flatten(module));
}

/** Making the engine takes as long as some hundred batches without it: only programs that draw much have one. */
const WORTH = 32;
let asked = 0;
let engine: PhiloxEngine | null | undefined;

/** The engine, made when asked for often; null before, and where WebAssembly or its SIMD is missing or forbidden. */
export function philoxEngine(): PhiloxEngine | null {
  if (engine === undefined && ++asked >= WORTH) {
    try {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()));
      engine = { words: new Uint32Array((exports.memory as WebAssembly.Memory).buffer, 0, BATCH), fill: exports.fill as Fill };
    } catch {
      engine = null;
    }
  }
  return engine ?? null;
}
