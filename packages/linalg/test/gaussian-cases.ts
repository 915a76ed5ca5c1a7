import { readFileSync } from 'node:fs';
import { withEngine, type Engine } from '../src/engine-entry.js';

type Row = readonly number[];

interface Golden {
  readonly layers: readonly (readonly [number, number])[];
  readonly maps: readonly { readonly map: string; readonly name?: string; readonly parameters: Row; readonly carried: readonly Row[]; readonly formed: readonly Row[] }[];
  /** q1, q2, c, s, squared distance. */
  readonly distances: readonly Row[];
  /** q1, q2, c, s, p1, p2, d, e, sine norm of the sum. */
  readonly sums: readonly Row[];
  /** Pair r1, l1, r2, l2, q1, q2, c, s; another; squared distance; sine norm of relu after the second layer; of the sum of both. */
  readonly near: readonly (readonly [Row, Row, number, number, number])[];
}

interface Networks {
  /** Rows: q1, q2, c, 1 − |ρ|, E[φφ], E[φ′φ′]. */
  readonly duals: readonly { readonly activation: string; readonly map: string; readonly parameters: Row; readonly rows: readonly Row[] }[];
  /** Layers: K_xx, K_yy, K_xy, 1 − |ρ|, Θ_xx, Θ_yy, Θ_xy. */
  readonly networks: readonly {
    readonly activation: string; readonly map: string; readonly parameters: Row; readonly depth: number; readonly weight: number; readonly bias: number;
    readonly pairs: readonly { readonly label: string; readonly first: Row; readonly last: Row }[];
  }[];
}

const json = (name: string): unknown => JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'));
export const golden = json('gaussian.json') as Golden;
export const networks = json('gaussian-networks.json') as Networks;

/** Planes of pairs in an engine: addresses. */
export interface Planes {
  readonly rows: number;
  readonly cols: number;
  readonly ld: number;
  readonly lower: number;
  readonly q1: number;
  readonly r1: number;
  readonly q2: number;
  readonly r2: number;
  readonly c: number;
  /** 0: not carried. */
  readonly s: number;
  /** 0: not wanted. */
  readonly t: number;
}

/** w, b, g, h: c ← w·m + b, t ← g·m + h + w·t·m̂. */
export type LayerNumbers = readonly [number, number, number, number];
export const BARE: LayerNumbers = [1, 0, 0, 0];

/** Calls the loop that a golden file names. */
export function runMap({ kernels }: Engine, map: string, parameters: Row, p: Planes, layer: LayerNumbers): void {
  const plane = [p.rows, p.cols, p.ld, p.lower, p.q1, p.r1, p.q2, p.r2, p.c, p.s, p.t] as const;
  const [x, y, z = 0] = parameters;
  if (map === 'piecewise-linear') kernels.mapPiecewiseLinear(...plane, x, y, ...layer);
  else if (map === 'erf') kernels.mapErf(...plane, x, y, z, ...layer);
  else if (map === 'gelu') kernels.mapGelu(...plane, x, y, ...layer);
  else if (map === 'sin') kernels.mapSine(0, ...plane, x, y, ...layer);
  else if (map === 'cos') kernels.mapSine(1, ...plane, x, y, ...layer);
  else if (map === 'exp') kernels.mapExp(...plane, x, y, ...layer);
  else if (map === 'gaussian') kernels.mapGaussian(...plane, x, y, ...layer);
  else throw new Error(`no map ${map}`);
}

export interface Pair {
  readonly q1: number;
  readonly q2: number;
  readonly c: number;
  /** Not carried when omitted. */
  readonly s?: number | undefined;
  /** Not wanted when omitted. */
  readonly t?: number | undefined;
}

/** One pair through a loop, as both lanes and as the last of a row: all three must agree. */
export function mapPair(map: string, parameters: Row, pair: Pair, layer: LayerNumbers): { readonly c: number; readonly s: number; readonly t: number } {
  return withEngine(32, (engine) => {
    const three = (x: number | undefined): number => (x === undefined ? 0 : engine.upload(Float64Array.of(x, x, x)));
    const p = {
      rows: 1, cols: 3, ld: 3, lower: -1,
      q1: three(pair.q1), r1: three(Math.sqrt(pair.q1)), q2: three(pair.q2), r2: three(Math.sqrt(pair.q2)), c: three(pair.c), s: three(pair.s), t: three(pair.t),
    };
    runMap(engine, map, parameters, p, layer);
    const result = (at: number): number => {
      if (at === 0) return NaN;
      const [x, y, z] = engine.download(at, 3);
      if (!(Object.is(x, y) && Object.is(x, z))) throw new Error(`lanes differ: ${x}, ${y}, ${z}`);
      return x;
    };
    return { c: result(p.c), s: result(p.s), t: result(p.t) };
  });
}

/** |x − y| relative to `size` in units of 2⁻⁵²; exact agreement is 0 at any size. */
export const ulps = (x: number, y: number, size = Math.abs(y)): number => (x === y ? 0 : Math.abs(x - y) / size / Number.EPSILON);
