import type { Engine } from '../engine/engine.js';
import { BLOCK, applyBlock, closeBlock, reflectorWork } from './reflectors.js';
import type { Reflectors } from './reflectors.js';

/** Doubles that `factorise` allocates for an m×n matrix. */
export const factoriseWork = (m: number, n: number): number => {
  const k = Math.min(m, n);
  return k * m + k * BLOCK + k + reflectorWork(n) + 16;
};

/** Blocked Householder QR of the m×n matrix at `a`: R over its upper triangle, Q as reflectors. What is below R is undefined. */
export function factorise(engine: Engine, m: number, n: number, a: number): Reflectors {
  const count = Math.min(m, n);
  const tau = engine.allocate(count);
  const reflectors = { size: m, count, y: engine.allocate(count * m), stride: m, t: engine.allocate(count * BLOCK) };
  const work = engine.allocate(reflectorWork(n));
  for (let j = 0; j < count; j += BLOCK) {
    const b = Math.min(BLOCK, count - j);
    engine.kernels.qrPanel(m - j, b, a + 8 * (j * n + j), n, reflectors.y + 8 * (j * m + j), m, tau + 8 * j, work);
    closeBlock(engine, reflectors, j, b, tau, work);
    applyBlock(engine, reflectors, j, b, true, a + 8 * (j + b), n - j - b, n, work);
  }
  return reflectors;
}
