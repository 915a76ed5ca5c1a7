import { extend, restart, ritzPairs } from './krylov.js';
import type { Krylov, Order, Ritz } from './krylov.js';
import type { Prepared } from './operator.js';

/** A search for k eigenpairs on its way. */
export interface Search {
  readonly operator: Prepared;
  readonly krylov: Krylov;
  readonly k: number;
  readonly order: Order;
  /** Relative to the norm, a few times below what was asked for. */
  readonly inner: number;
  readonly maxIterations: number;
  /** Products with A after which the whole decomposition is the quicker way; infinite where it is out of reach. */
  readonly budget: number;
  /** Awaited between steps with the number of converged pairs. */
  readonly pause: (converged: number) => Promise<void>;
  iterations: number;
  norm: number;
}

/** Whether a look at the Ritz pairs is cheap beside one more product with a dense A. */
const lookIsCheap = ({ n, b, filled }: Krylov): boolean => 20 * filled ** 3 < 2 * n * n * b;

/** Ritz vectors kept at a restart: half of the room beyond the wanted ones is theirs, so that the pairs next in line go on improving. */
export const keptOf = ({ capacity, b }: Krylov, k: number): number => k + Math.floor((capacity - b - k) / 2);

/** Extends and restarts until the leading k Ritz pairs have small residuals (done), or the steps or the budget are used up. */
export async function converge(search: Search): Promise<{ readonly ritz: Ritz; readonly done: boolean }> {
  const { operator, krylov, k, order, inner, maxIterations, pause } = search;
  for (;;) {
    let ritz: Ritz | undefined;
    while (krylov.filled + krylov.b <= krylov.capacity && search.iterations < maxIterations) {
      await extend(krylov, operator);
      search.iterations++;
      const full = krylov.filled + krylov.b > krylov.capacity;
      if (krylov.filled < k || !(full || lookIsCheap(krylov))) {
        ritz = undefined;
        continue;
      }
      ritz = ritzPairs(krylov, order);
      search.norm = Math.max(search.norm, ...ritz.values.map(Math.abs));
      let converged = 0;
      while (converged < k && ritz.residuals[converged] <= inner * search.norm) converged++;
      await pause(converged / k);
      if (converged === k) return { ritz, done: true };
    }
    ritz ??= ritzPairs(krylov, order);
    if (search.iterations >= maxIterations || operator.applied() >= search.budget) return { ritz, done: false };
    restart(krylov, ritz, keptOf(krylov, k));
  }
}
