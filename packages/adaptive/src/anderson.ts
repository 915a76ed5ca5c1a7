import { cholesky, dot, matrix, solveCholeskyVector } from '@saddlepoint/linalg';

interface Step {
  /** x_{k+1} − x_k and f_{k+1} − f_k. */
  readonly dx: Float64Array;
  readonly df: Float64Array;
  /** df·df of this step with the earlier ones kept, newest last; the last entry is its own square. */
  products: number[];
}

/** Anderson mixing of a fixed-point iteration x → x + f(x), remembering a few steps and their inner products. */
export interface AndersonMemory {
  /** Adds the newest iterate x and its residual f. */
  readonly push: (x: Float64Array, f: Float64Array) => void;
  /**
   * The combination of the iterates whose linearised residual is least, x + βf − Σθ_k(Δx_k + βΔf_k) with θ minimising
   * |f − Σθ_kΔf_k|; null while there is no step to combine.
   */
  readonly extrapolate: (mixing: number) => Float64Array | null;
}

export function andersonMemory(size: number): AndersonMemory {
  const steps: Step[] = [];
  let last: { readonly x: Float64Array; readonly f: Float64Array } | null = null;
  return {
    push(x, f) {
      if (last !== null) {
        const previous = last;
        const dx = x.map((value, i) => value - previous.x[i]);
        const df = f.map((value, i) => value - previous.f[i]);
        steps.push({ dx, df, products: [...steps.map((step) => dot(step.df, df)), dot(df, df)] });
        if (steps.length > size) {
          steps.shift();
          for (const step of steps) step.products = step.products.slice(1);
        }
      }
      last = { x, f };
    },
    extrapolate(mixing) {
      const count = steps.length;
      if (last === null || count === 0) return null;
      const { x, f } = last;
      const normal = matrix(count, count);
      let scale = 0;
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= i; j++) normal.data[i * count + j] = normal.data[j * count + i] = steps[i].products[j];
        scale = Math.max(scale, normal.data[i * count + i]);
      }
      const out = x.map((value, i) => value + mixing * f[i]);
      if (!(scale > 0)) return out;
      const weights = solveCholeskyVector(cholesky(normal, { jitter: 1e-12 * scale }), Float64Array.from(steps, (step) => dot(step.df, f)));
      for (const [k, { dx, df }] of steps.entries()) combine(out, dx, df, -weights[k], -weights[k] * mixing);
      return out;
    },
  };
}

function combine(out: Float64Array, a: Float64Array, b: Float64Array, alpha: number, beta: number): void {
  for (let i = 0; i < out.length; i++) out[i] += alpha * a[i] + beta * b[i];
}
