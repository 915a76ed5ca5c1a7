import { describe, expect, it } from 'vitest';
import { validateNetwork, withWidth, type Network } from '@saddlepoint/architecture';
import { cholesky, fromRows, matrix, solveCholesky, type Matrix } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';
import { computeKernels } from '../src/index.js';

/** Means over seeds of the upper triangle, row by row, and the covariance of those means. */
interface Sample {
  readonly mean: number[];
  readonly covariance: number[][];
}
interface Simulated {
  readonly name: string;
  readonly network: unknown;
  readonly inputs: number[][];
  readonly dropout?: 'train';
  readonly masks?: number[][];
  readonly widths: readonly { readonly width: number; readonly seeds: number; readonly nngp: Sample; readonly ntk: Sample }[];
}
const golden = loadGolden<{ networks: readonly Simulated[] }>(import.meta.url, 'monte-carlo.json');
const approach = loadGolden<{ networks: readonly Simulated[] }>(import.meta.url, 'monte-carlo-slopes.json');

const upper = ({ rows: n, data }: Matrix): number[] => Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * n + i, (i + 1) * n))).flat();
const inverse = (A: Matrix): Matrix => solveCholesky(cholesky(A), matrix(A.rows, A.rows, Float64Array.from({ length: A.rows ** 2 }, (_, i) => (i % (A.rows + 1) === 0 ? 1 : 0))));

/** One measured difference to the theory: at a width, per entry, with covariance. */
interface Difference {
  readonly width: number;
  readonly value: number[];
  readonly covariance: number[][];
}

/**
 * Generalised least squares of value = Σ_k coefficient_k · width^(−powers[k]), all entries at once: the coefficients, their covariance, and χ² of what is
 * left. Coefficient k of entry e stands at k·entries + e.
 */
function fitPowers(differences: readonly Difference[], powers: readonly number[]): { coefficients: number[]; covariance: Matrix; chiSquare: number; freedom: number } {
  const entries = differences[0].value.length;
  const size = powers.length * entries;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  const precisions = differences.map(({ covariance }) => inverse(fromRows(covariance)));
  differences.forEach(({ width, value }, w) => {
    for (let k = 0; k < powers.length; k++)
      for (let e = 0; e < entries; e++) {
        const weight = width ** -powers[k];
        const row = k * entries + e;
        for (let f = 0; f < entries; f++) {
          const p = precisions[w].data[e * entries + f];
          right[row] += weight * p * value[f];
          for (let m = 0; m < powers.length; m++) normal[row * size + m * entries + f] += weight * p * width ** -powers[m];
        }
      }
  });
  const covariance = inverse(matrix(size, size, normal));
  const coefficients = Array.from({ length: size }, (_, i) => right.reduce((sum, r, j) => sum + covariance.data[i * size + j] * r, 0));
  let chiSquare = 0;
  differences.forEach(({ width, value }, w) => {
    const left = value.map((v, e) => powers.reduce((rest, power, k) => rest - coefficients[k * entries + e] * width ** -power, v));
    chiSquare += quadraticForm(precisions[w], left);
  });
  return { coefficients, covariance, chiSquare, freedom: differences.length * entries - size };
}

const quadraticForm = ({ rows: n, data }: Matrix, v: readonly number[]): number => v.reduce((sum, a, i) => sum + v.reduce((inner, b, j) => inner + a * data[i * n + j] * b, 0), 0);

/** Measured minus predicted at every width; NTKs of the standard parameterization, which grow with the width N, divided by N. */
async function differencesOf({ network: json, inputs, dropout, masks, widths }: Simulated, kind: 'nngp' | 'ntk'): Promise<{ differences: Difference[]; scale: number[] }> {
  const network: Network = validateNetwork(json);
  const standard = network.parameterization === 'standard';
  const X = fromRows(inputs);
  const options = { ...(dropout && { dropout }), ...(masks && { masks: fromRows(masks) }) };
  const differences: Difference[] = [];
  let scale: number[] = [];
  for (const { width, [kind]: sample } of widths) {
    const unit = standard && kind === 'ntk' ? width : 1;
    const kernels = await computeKernels(standard ? withWidth(network, width) : network, X, undefined, options);
    const predicted = upper(kernels[kind]).map((v) => v / unit);
    scale = predicted;
    differences.push({ width, value: sample.mean.map((v, e) => v / unit - predicted[e]), covariance: sample.covariance.map((row) => row.map((v) => v / unit ** 2)) });
  }
  return { differences, scale };
}

describe('kernels of real networks of finite width', () => {
  const total = { chiSquare: 0, freedom: 0 };

  for (const simulated of golden.networks)
    it(simulated.name, async () => {
      for (const kind of ['nngp', 'ntk'] as const) {
        const { differences, scale } = await differencesOf(simulated, kind);
        const entries = scale.length;
        // The limit A of A + B/N (+ C/N² for attention, whose kernels move most with the width) is what the theory gives: every entry within four standard errors,
        // and χ² of all entries, which are correlated, below its 1e-4 quantile (21.1 for 3 entries, 27.9 for 6).
        const { coefficients, covariance } = fitPowers(differences, differences.length > 3 ? [0, 1, 2] : [0, 1]);
        const limit = coefficients.slice(0, entries);
        const size = coefficients.length;
        const errors = limit.map((_, e) => Math.sqrt(covariance.data[e * size + e]));
        limit.forEach((value, e) => {
          expect(Math.abs(value) / errors[e], `${kind} entry ${e}: ${value} ± ${errors[e]} from ${scale[e]}`).toBeLessThan(4);
        });
        const block = fromRows(limit.map((_, e) => Array.from(covariance.data.subarray(e * size, e * size + entries))));
        const chiSquare = quadraticForm(inverse(block), limit);
        expect(chiSquare).toBeLessThan(entries === 3 ? 21.1 : 27.9);
        total.chiSquare += chiSquare;
        total.freedom += entries;
        // And it is worth something: diagonals known to 5% (relu attention; most others to 0.5%).
        expect(errors[0] / scale[0]).toBeLessThan(0.05);
      }
    });

  it('differ from the theory by as much as chance allows over all networks', () => {
    // χ² per degree of freedom is 1 ± √(2/ν): four of these, ν near 180.
    const spread = Math.sqrt(2 / total.freedom);
    expect(total.freedom).toBeGreaterThan(150);
    expect(Math.abs(total.chiSquare / total.freedom - 1)).toBeLessThan(4 * spread);
  });
});

describe('the approach to infinite width, two hidden layers of 16 to 128 units', () => {
  // Where a slope is visible: relu's kernels, homogeneous functions of weights whose squares average out, move by less than can be seen.
  it.each([
    ['erf', 'nngp', true],
    ['erf', 'ntk', true],
    ['cos', 'nngp', true],
    ['cos', 'ntk', true],
    ['relu', 'nngp', false],
    ['relu', 'ntk', false],
  ] as const)('%s, %s', async (name, kind, visible) => {
    const simulated = approach.networks.find((network) => network.name === name);
    if (simulated === undefined) throw new Error(name);
    const { differences } = await differencesOf({ ...simulated, widths: simulated.widths.filter(({ width }) => width > 8) }, kind);
    const entries = differences[0].value.length;
    // E[K_N] − K = a/N + b/N² describes all widths: 12 numbers less 6 coefficients leave χ² of 6 degrees, below its 1e-4 quantile.
    const { coefficients, covariance, chiSquare, freedom } = fitPowers(differences, [1, 2]);
    expect(freedom).toBe(2 * entries);
    expect(chiSquare).toBeLessThan(27.9);
    if (!visible) return;
    // The slope a is there: the most visible entry by more than eight standard errors.
    const significance = Math.max(...Array.from({ length: entries }, (_, e) => Math.abs(coefficients[e]) / Math.sqrt(covariance.data[e * 2 * entries + e])));
    expect(significance).toBeGreaterThan(8);
    // The exponent is −1: of fits by N^−p and N^−(p+1) the best, where the parabola χ²(p) has its bottom, is at p = 1 within three standard errors, and
    // those are below 0.3. A limit that is off would pull p towards 0.
    const step = 0.05;
    const [low, here, high] = [1 - step, 1, 1 + step].map((p) => fitPowers(differences, [p, p + 1]).chiSquare);
    const curvature = (low - 2 * here + high) / step ** 2;
    const error = Math.sqrt(2 / curvature);
    const best = 1 - (high - low) / (2 * step) / curvature;
    expect(error).toBeLessThan(0.3);
    expect(Math.abs(best - 1) / error).toBeLessThan(3);
  });
});
