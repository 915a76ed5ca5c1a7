import { extend, randomFrontier, restart, ritzPairs } from './krylov.js';
import type { Ritz } from './krylov.js';
import { keptOf } from './search.js';
import type { Search } from './search.js';

/** log of the probability at which a search for missed pairs is given up early. */
const LOG_MISS = Math.log(1e-9);
/** Block steps that such a search may take in any case. */
const LEAST_SEARCH = 12;

/**
 * Whether b of the values agree to within the accuracy asked for. A block Krylov space of block size b holds at most b vectors of an
 * eigenspace, so only then can it have missed some; members of a wider cluster cannot have small residuals without being resolved.
 */
export function mayHideMore(values: Float64Array, b: number, width: number): boolean {
  const sorted = values.slice().sort();
  for (let i = 0; i + b <= sorted.length; i++) if (sorted[i + b - 1] - sorted[i] <= width) return true;
  return false;
}

/**
 * Locks the k converged Ritz vectors and searches their complement from a fresh random block. Returns false when something there leads the k-th
 * value (then `krylov` holds it too). Returns true when the leading pair of the complement has converged below it, or when more is improbable: q
 * Lanczos steps from b random vectors miss λ_max by more than ε(λ_max − λ_min) with probability at most (1.648 √n exp(−(2q − 1)√ε))ᵇ (Kuczyński &
 * Woźniakowski, *SIAM J. Matrix Anal. Appl.* 13, 1992), or when the search has taken as many steps as all before it.
 */
export async function complete(search: Search, ritz: Ritz, leads: (a: number, b: number) => number): Promise<boolean> {
  const { operator, krylov, k, order, inner, maxIterations, pause } = search;
  restart(krylov, ritz, k);
  randomFrontier(krylov);
  const last = ritz.values[k - 1];
  const margin = 10 * inner * search.norm;
  const patience = Math.max(LEAST_SEARCH, search.iterations);
  for (let q = 1; q <= patience && search.iterations < maxIterations; q++) {
    if (krylov.filled + krylov.b > krylov.capacity) restart(krylov, ritzPairs(krylov, order), keptOf(krylov, k));
    await extend(krylov, operator);
    search.iterations++;
    await pause(1);
    const rest = ritzPairs(krylov, order, k);
    search.norm = Math.max(search.norm, ...rest.values.map(Math.abs));
    const lead = leads(rest.values[0], last);
    if (lead > margin) return false;
    const spread = Math.abs(last) + rest.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const improbable = krylov.b * (Math.log(1.648 * Math.sqrt(krylov.n)) - (2 * q - 1) * Math.sqrt(Math.max(0, -lead) / spread));
    if (rest.residuals[0] <= inner * search.norm || improbable < LOG_MISS) return true;
  }
  return true;
}
