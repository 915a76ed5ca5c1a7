import { SaddlepointRangeError, checkFinite } from '@saddlepoint/core';
import { normalQuantile } from '../special/normal.js';
import { mean, median, quantile, variance } from './summary.js';

type Chains = readonly ArrayLike<number>[];

/** Halves of each chain (the middle draw of an odd length is dropped). */
function split(chains: Chains): Float64Array[] {
  if (chains.length === 0 || chains[0].length < 4)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'chains', expected: 'chains of at least 4 draws', got: `${chains[0]?.length ?? 0}` });
  const length = chains[0].length;
  const half = length >> 1;
  return chains.flatMap((chain, c) => {
    if (chain.length !== length)
      throw new SaddlepointRangeError('ERR_SHAPE', { argument: `chains[${c}]`, expected: `length ${length}`, got: `${chain.length}` });
    checkFinite(`chains[${c}]`, chain);
    const copy = Float64Array.from(chain);
    return [copy.slice(0, half), copy.slice(length - half)];
  });
}

/** Normal scores of the pooled ranks (average ranks for ties), Φ⁻¹((r−3/8)/(S+1/4)). */
function rankNormalize(chains: readonly Float64Array[]): Float64Array[] {
  const length = chains[0].length;
  const pooled = Float64Array.from(chains.flatMap((chain) => [...chain]));
  const order = Array.from(pooled.keys()).sort((a, b) => pooled[a] - pooled[b]);
  const scores = new Float64Array(pooled.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j + 1 < order.length && pooled[order[j + 1]] === pooled[order[i]]) j++;
    const score = normalQuantile(((i + j) / 2 + 1 - 0.375) / (pooled.length + 0.25));
    for (; i <= j; i++) scores[order[i]] = score;
  }
  return chains.map((_, c) => scores.slice(c * length, (c + 1) * length));
}

/** √(pooled variance / within variance); 1 for constant chains that agree. */
function potentialScale(chains: readonly Float64Array[]): number {
  const n = chains[0].length;
  const within = mean(chains.map(variance));
  const between = variance(chains.map(mean));
  if (within === 0) return between === 0 ? 1 : Infinity;
  return Math.sqrt((n - 1) / n + between / within);
}

export interface RhatOptions {
  /** Rank-normalised and folded (default), or on the values themselves. */
  readonly rank?: boolean;
}

/**
 * Split R̂ of several chains of one quantity: √(var⁺/W) over half-chains, 1 at convergence; above 1.01 is a warning. By default the
 * larger of the rank-normalised bulk and folded versions, which also see differences of spread and heavy tails.
 *
 * Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner, Bayesian Analysis 16 (2021) 667 (1903.08008), eqs. 1–4, 13, 14.
 *
 * @example
 * import { randomStream, splitRhat } from '@saddlepoint/numerics';
 * const chains = [1, 2, 3, 4].map((c) => randomStream(1, c).normals(1000));
 * splitRhat(chains) < 1.01; // => true
 */
export function splitRhat(chains: Chains, { rank = true }: RhatOptions = {}): number {
  const halves = split(chains);
  if (!rank) return potentialScale(halves);
  const centre = median(halves.flatMap((half) => [...half]));
  const folded = halves.map((half) => half.map((x) => Math.abs(x - centre)));
  return Math.max(potentialScale(rankNormalize(halves)), potentialScale(rankNormalize(folded)));
}

export interface EffectiveSampleSizeOptions {
  /** `mean` (default): of the values, for the error of their mean; `bulk`: rank-normalised; `tail`: the worse of the 5% and 95% quantiles. */
  readonly kind?: 'mean' | 'bulk' | 'tail';
}

/** Biased (1/n) autocovariance of a chain at one lag. */
function autocovariance(chain: Float64Array, centre: number, lag: number): number {
  let sum = 0;
  for (let i = 0; i + lag < chain.length; i++) sum += (chain[i] - centre) * (chain[i + lag] - centre);
  return sum / chain.length;
}

/** S/τ of already split chains, with Geyer's initial monotone positive sequence. */
function essOf(chains: readonly Float64Array[]): number {
  const n = chains[0].length;
  const total = n * chains.length;
  const means = chains.map((chain) => mean(chain));
  const within = mean(chains.map(variance));
  const pooled = ((n - 1) / n) * within + (chains.length > 1 ? variance(means) : 0);
  if (pooled === 0) return total;
  // The 1/n autocovariance against the unbiased within variance, as Stan, posterior and ArviZ have it.
  const rho = (lag: number): number => {
    const covariance = mean(chains.map((chain, c) => autocovariance(chain, means[c], lag)));
    return 1 - (within - covariance) / pooled;
  };
  // Pairs ρ_{2t} + ρ_{2t+1}, kept while positive and made non-increasing; the last odd lag alone enters half (Stan, ArviZ).
  let tau = -1;
  let previous = Infinity;
  let even = 1;
  let odd = rho(1);
  let lag = 0;
  while (lag + 4 < n && even + odd > 0) {
    const pair = Math.min(previous, even + odd);
    tau += 2 * pair;
    previous = pair;
    lag += 2;
    even = rho(lag);
    odd = rho(lag + 1);
  }
  if (even > 0) tau += even;
  return Math.min(total / Math.max(tau, 1 / Math.log10(total)), total * Math.log10(total));
}

/**
 * Effective sample size of several chains of one quantity: the number of independent draws that would estimate it as well. Uses
 * split chains and Geyer's initial monotone sequence over all chains; may exceed the number of draws for antithetic chains.
 *
 * Source: 1903.08008, eqs. 10–12 and section 4; Geyer (1992).
 *
 * @example
 * import { effectiveSampleSize, randomStream } from '@saddlepoint/numerics';
 * const chains = [1, 2, 3, 4].map((c) => randomStream(1, c).normals(1000));
 * effectiveSampleSize(chains) > 3000; // => true
 */
export function effectiveSampleSize(chains: Chains, { kind = 'mean' }: EffectiveSampleSizeOptions = {}): number {
  const halves = split(chains);
  if (kind === 'mean') return essOf(halves);
  if (kind === 'bulk') return essOf(rankNormalize(halves));
  const pooled = chains.flatMap((chain) => Array.from(chain));
  const below = [0.05, 0.95].map((p) => quantile(pooled, p));
  return Math.min(...below.map((edge) => essOf(halves.map((half) => half.map((x) => (x <= edge ? 1 : 0))))));
}
