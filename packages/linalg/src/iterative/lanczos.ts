import { dot } from './inner-product.js';
import { eigh } from '../eigh.js';
import type { Prepared } from './operator.js';

/** A Lanczos decomposition A V = V T + β q eᵀ of one starting vector, V kept whole and orthonormal to rounding. */
export interface Lanczos {
  /** ‖v‖ of the starting vector. */
  readonly norm: number;
  /** v/‖v‖ and the vectors after it; the last has not been multiplied yet unless the space is invariant. */
  readonly basis: Float64Array[];
  readonly alpha: number[];
  /** beta[j] couples vectors j and j + 1. */
  readonly beta: number[];
  /** The space is invariant: what T says is exact up to rounding. */
  invariant: boolean;
}

function subtract(y: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i] -= factor * x[i];
}

/** Starts from v, which is not changed. A zero v spans an invariant space of no dimension. */
export function startLanczos(v: Float64Array): Lanczos {
  const largest = v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (largest === 0) return { norm: 0, basis: [], alpha: [], beta: [], invariant: true };
  const unit = v.map((x) => x / largest);
  const norm = Math.sqrt(dot(unit, unit));
  return { norm: largest * norm, basis: [unit.map((x) => x / norm)], alpha: [], beta: [], invariant: false };
}

/** Takes w = A·(last vector) into the decomposition; full reorthogonalisation, twice. */
function absorb(run: Lanczos, w: Float64Array): void {
  const { basis, alpha, beta } = run;
  const image = Math.sqrt(dot(w, w));
  let diagonal = 0;
  for (let pass = 0; pass < 2; pass++)
    for (let j = basis.length - 1; j >= 0; j--) {
      const component = dot(basis[j], w);
      if (j === basis.length - 1) diagonal += component;
      subtract(w, component, basis[j]);
    }
  alpha.push(diagonal);
  const rest = Math.sqrt(dot(w, w));
  const scale = Math.max(image, ...alpha.map(Math.abs));
  if (basis.length === w.length || rest <= 10 * Number.EPSILON * scale) {
    run.invariant = true;
    return;
  }
  beta.push(rest);
  basis.push(w.map((x) => x / rest));
}

/** One step of every run that is not invariant, with a single block product. */
export async function stepTogether(runs: readonly Lanczos[], operator: Prepared): Promise<void> {
  const active = runs.filter(({ invariant }) => !invariant);
  const b = active.length;
  if (b === 0) return;
  const n = operator.size;
  const data = new Float64Array(n * b);
  active.forEach(({ basis }, c) => {
    const v = basis[basis.length - 1];
    for (let i = 0; i < n; i++) data[i * b + c] = v[i];
  });
  const image = await operator.apply({ rows: n, cols: b, data });
  active.forEach((run, c) => absorb(run, Float64Array.from({ length: n }, (_, i) => image.data[i * b + c])));
}

/** Eigenvalues of T and the components of its eigenvectors along e₁, with the vectors themselves where wanted. */
export interface Projected {
  readonly nodes: Float64Array;
  /** First components: their squares are the weights of Gauss quadrature. */
  readonly first: Float64Array;
  /** m×m: column k belongs to `nodes[k]`. */
  readonly vectors: Float64Array;
}

/** T_m, diagonalised: m is the number of products taken in so far. */
export function diagonalise({ alpha, beta }: Lanczos): Projected {
  const m = alpha.length;
  const data = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    data[i * m + i] = alpha[i];
    if (i > 0) {
      data[i * m + i - 1] = beta[i - 1];
      data[(i - 1) * m + i] = beta[i - 1];
    }
  }
  const { values, vectors } = eigh({ rows: m, cols: m, data });
  return { nodes: values, first: vectors.data.slice(0, m), vectors: vectors.data };
}
