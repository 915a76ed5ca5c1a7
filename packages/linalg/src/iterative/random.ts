/** Pseudo-random numbers of the iterative methods: the same for one seed on every host. */
export interface Probes {
  /** Fills `out` with independent standard normal numbers. */
  readonly normals: (out: Float64Array) => Float64Array;
  /** Fills `out` with independent signs ±1. */
  readonly signs: (out: Float64Array) => Float64Array;
}

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** xoshiro128** (Blackman & Vigna, *ACM TOMS* 47, 2021), its state filled by a 32-bit SplitMix from the bits of the seed. */
function generator(seed: number): () => number {
  const [low, high] = new Uint32Array(Float64Array.of(seed).buffer);
  let counter = (low ^ Math.imul(high, 0x9e3779b1)) | 0;
  const word = (): number => {
    counter = (counter + 0x9e3779b9) | 0;
    let z = counter;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  const s = Int32Array.of(word(), word(), word(), word() | 1);
  return () => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9);
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result >>> 0;
  };
}

/** A stream of random probe vectors; normals by Marsaglia's polar method. */
export function probes(seed: number): Probes {
  const next = generator(seed);
  const symmetric = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6) + 0.5) / 4503599627370496 - 1;
  return {
    normals: (out) => {
      for (let i = 0; i < out.length; i += 2) {
        let u: number;
        let v: number;
        let square: number;
        do {
          u = symmetric();
          v = symmetric();
          square = u * u + v * v;
        } while (square >= 1);
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        out[i] = factor * u;
        if (i + 1 < out.length) out[i + 1] = factor * v;
      }
      return out;
    },
    signs: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = next() < 0x80000000 ? -1 : 1;
      return out;
    },
  };
}
