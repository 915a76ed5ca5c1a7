import { addDots, addRows } from './dense-loops.js';

/**
 * One hidden layer's correlations and responses over `times` discrete times and r input directions, filled row by row in time.
 *
 * Single site: h_k(t) = u_k(t) + Σ_{s<t}C_k(t,s)g(s),  g(t) = r(t) + Σ_{s<t,j}D_j(t,s)h_j(s),  u ~ GP(H^{l−1}), r ~ GP(G^{l+1}),
 * independent. Every array is zero where it is not yet, or never, filled.
 */
export interface LinearLayer {
  /** ⟨h_k(t)h_j(s)⟩ at (t·r+k)·T·r + s·r+j. */
  readonly H: Float64Array;
  /** ⟨g(t)g(s)⟩ at t·T + s. */
  readonly G: Float64Array;
  /** ⟨g(t)h_k(s)⟩ at t·T·r + s·r+k. */
  readonly M: Float64Array;
  /** C_k(t,s) at (t·r+k)·T + s, and D_j(t,s) at t·T·r + s·r+j; strict in time. */
  readonly C: Float64Array;
  readonly D: Float64Array;
  /** A_k(t,s) = ∂h_k(t)/∂r(s) at (t·r+k)·T + s. */
  readonly A: Float64Array;
  /** B_k(t,s) = ∂g(t)/∂u_k(s) at t·T·r + s·r+k. */
  readonly B: Float64Array;
  /** ∂g(t)/∂r(s) at t·T + s. */
  readonly S: Float64Array;
}

export function linearLayer(times: number, rank: number): LinearLayer {
  const long = times * rank;
  return {
    H: new Float64Array(long * long),
    G: new Float64Array(times * times),
    M: new Float64Array(times * long),
    C: new Float64Array(long * times),
    D: new Float64Array(times * long),
    A: new Float64Array(long * times),
    B: new Float64Array(times * long),
    S: new Float64Array(times * times),
  };
}

/** How many doubles {@link linearLayer} takes. */
export const layerSize = (times: number, rank: number): number => (times * rank) ** 2 + 5 * times * times * rank + 2 * times * times;

/**
 * Row t of C, H, A and the column (·, t) of M, from the layer below.
 *
 * A generator, so that the caller may let the event loop in between its parts, of at most r·t·(t+1)·r products each.
 * `below`: the layer below, or null for the inputs (H⁰ = I at all times, A⁰ = 0). `drive`: (ηγ/n)Δ̃ at s·r + j for s < t.
 */
export function* forwardRow(layer: LinearLayer, below: LinearLayer | null, drive: Float64Array, t: number, times: number, r: number): Generator<void, void> {
  const long = times * r;
  const width = (t + 1) * r;
  // Rows of H⁻(t, ·): r rows of length (t+1)r, `stride` apart.
  const input = below === null ? identityRows(t, r) : below.H;
  const inputFrom = below === null ? 0 : t * r * long;
  const stride = below === null ? width : long;
  const { H, G, M, C, A, B, S } = layer;

  for (let k = 0; k < r; k++) {
    const row = (t * r + k) * times;
    for (let s = 0; s < t; s++) {
      let sum = below === null ? 0 : below.A[row + s];
      const from = inputFrom + k * stride + s * r;
      for (let j = 0; j < r; j++) sum += input[from + j] * drive[s * r + j];
      C[row + s] = sum;
    }
  }
  // V_k(s) = ⟨u_k(t)g(s)⟩ = Σ H⁻(t,·)·B(s,·), then U_{kj}(s) = ⟨u_k(t)h_j(s)⟩ = H⁻(t,s) + Σ_{s'<s}C_j(s,s')V_k(s').
  const V = new Float64Array(r * (t + 1));
  for (let s = 1; s < t; s++) {
    addDots(input, inputFrom, stride, r, B, s * long, s * r, V, s, t + 1);
    yield;
  }
  const rows = new Float64Array(r * width);
  for (let k = 0; k < r; k++) {
    rows.set(input.subarray(inputFrom + k * stride, inputFrom + k * stride + width), k * width);
    for (let s = 1; s <= t; s++) addDots(C, s * r * times, times, r, V, k * (t + 1), s, rows, k * width + s * r, 1);
    yield;
  }
  const own = Float64Array.from({ length: r * r }, (_, i) => rows[(i % r) * width + t * r + Math.floor(i / r)]); // ⟨h_k(t)u_j(t)⟩ at k·r+j
  for (let k = 0; k < r; k++) {
    const at = (t * r + k) * times;
    const to = k * width;
    addRows(C, at, 1, t, M, 0, long, t * r, rows, to);
    yield;
    // M(s, (t,k)) = ⟨g(s)h_k(t)⟩ = V_k(s) + Σ_{s'<t}C_k(t,s')G(s',s).
    const cross = V.slice(k * (t + 1), k * (t + 1) + t);
    addRows(C, at, 1, t, G, 0, times, t, cross, 0);
    for (let s = 0; s < t; s++) M[s * long + t * r + k] = cross[s];
    // A_k(t,s) = Σ_{s≤s'<t}C_k(t,s')S(s',s).
    addRows(C, at, 1, t, S, 0, times, t, A, at);
  }
  for (let k = 0; k < r; k++)
    for (let j = 0; j < r; j++) {
      let sum = own[k * r + j];
      for (let s = 0; s < t; s++) sum += C[(t * r + j) * times + s] * M[s * long + t * r + k];
      rows[k * width + t * r + j] = sum;
    }
  for (let k = 0; k < r; k++) {
    const row = (t * r + k) * long;
    for (let i = 0; i < width; i++) {
      H[row + i] = rows[k * width + i];
      H[i * long + t * r + k] = rows[k * width + i];
    }
  }
}

function identityRows(t: number, r: number): Float64Array {
  const width = (t + 1) * r;
  const rows = new Float64Array(r * width);
  for (let k = 0; k < r; k++) for (let s = 0; s <= t; s++) rows[k * width + s * r + k] = 1;
  return rows;
}

/**
 * Row t of D, G, M, S and B, from the layer above.
 *
 * `above`: the layer above, or null at the readout (G^{L+1} = 1 at all times, B^L = 0).
 */
export function* backwardRow(layer: LinearLayer, above: LinearLayer | null, drive: Float64Array, t: number, times: number, r: number): Generator<void, void> {
  const long = times * r;
  const { H, G, M, C, D, A, B, S } = layer;
  const gradient = above === null ? new Float64Array(t + 1).fill(1) : above.G.subarray(t * times, t * times + t + 1);
  const row = t * long;
  for (let s = 0; s < t; s++)
    for (let j = 0; j < r; j++) D[row + s * r + j] = (above === null ? 0 : above.B[row + s * r + j]) + gradient[s] * drive[s * r + j];

  // X(s) = ⟨r(t)g(s)⟩ = Σ_{s'≤s}G⁺(t,s')S(s,s') and Y_k(s) = ⟨r(t)h_k(s)⟩ = Σ_{s'<s}G⁺(t,s')A_k(s,s').
  const X = new Float64Array(t + 1);
  for (let s = 0; s < t; s++) addDots(S, s * times, times, 1, gradient, 0, s + 1, X, s, 1);
  const Y = new Float64Array((t + 1) * r);
  for (let s = 1; s <= t; s++) addDots(A, s * r * times, times, r, gradient, 0, s, Y, s * r, 1);

  // M(t,(s,k)) = Y_k(s) + Σ D_j(t,s')H_{jk}(s',s), s ≤ t.
  M.set(Y, row);
  for (let s = 0; s < t; s++) {
    addRows(D, row + s * r, 1, r, H, s * r * long, long, (t + 1) * r, M, row);
    yield;
  }
  // G(t,s) = X(s) + Σ D_j(t,s')M(s,(s',j)); G(t,t) = ⟨g r⟩ + Σ D_j(t,s')M(t,(s',j)), ⟨g(t)r(t)⟩ = G⁺(t,t) + Σ D_j(t,s')Y_j(s').
  for (let s = 0; s < t; s++) {
    let sum = X[s];
    for (let i = 0; i < t * r; i++) sum += D[row + i] * M[s * long + i];
    G[t * times + s] = sum;
    G[s * times + t] = sum;
  }
  let own = gradient[t];
  for (let i = 0; i < t * r; i++) own += D[row + i] * (Y[i] + M[row + i]);
  G[t * times + t] = own;

  // S(t,s) = δ + Σ D_j(t,s')A_j(s',s); B_k(t,s) = D_k(t,s) + Σ_{s''}[Σ D_j(t,s')C_j(s',s'')]B_k(s'',s).
  S[t * times + t] = 1;
  addRows(D, row, 1, t * r, A, 0, times, t, S, t * times);
  const W = new Float64Array(t);
  addRows(D, row, 1, t * r, C, 0, times, t, W, 0);
  B.set(D.subarray(row, row + t * r), row);
  addRows(W, 0, 1, t, B, 0, long, t * r, B, row);
}
