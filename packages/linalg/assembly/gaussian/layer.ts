import { read, write } from './plane';

// c ← w·m + b and t ← (g·m + h) + (w·t)·slope of a layer's constants at k: w, b, g, h.
export const LAYER_BYTES: usize = 32;

export function layerTable(k: usize, w: f64, b: f64, g: f64, h: f64): void {
  store<f64>(k, w, 0);
  store<f64>(k, b, 8);
  store<f64>(k, g, 16);
  store<f64>(k, h, 24);
}

// @ts-ignore: decorator
@inline
export function finish(k: usize, m: v128, slope: v128, c: usize, t: usize, theta: bool, single: bool): void {
  const w = v128.load64_splat(k);
  write(c, f64x2.add(f64x2.mul(w, m), v128.load64_splat(k, 8)), single);
  if (theta) {
    const own = f64x2.add(f64x2.mul(v128.load64_splat(k, 16), m), v128.load64_splat(k, 24));
    write(t, f64x2.add(own, f64x2.mul(f64x2.mul(w, read(t, single)), slope)), single);
  }
}
