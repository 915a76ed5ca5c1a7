import { describe, expect, it } from 'vitest';
import { fromRows } from '@saddlepoint/linalg';
import { linearFit } from '@saddlepoint/numerics';
import { loadGolden } from '@saddlepoint/testing';
import { gaussianAdaptiveKernel, kernelRescaling, weightOverlap } from '@saddlepoint/adaptive';
import { inner, linearPosterior, overlap } from './support.js';

type Quantity = 'alpha_train' | 'w_par2' | 'w_orth2';
interface Setting {
  readonly activation: string;
  readonly teacher: 'linear' | 'cubic';
  readonly scaling: 'standard' | 'meanfield';
  readonly width: number;
  readonly readoutVariance: number;
  readonly ridge: number;
  readonly measured: Record<Quantity, { readonly mean: number; readonly se: number }>;
  readonly exactQuadrature?: Record<Quantity | 'a2sum', number>;
  readonly meanFieldSaddle?: Record<Quantity, number>;
}
const golden = loadGolden<{ readonly inputs: number[][]; readonly teacher: number[]; readonly settings: Setting[] }>(import.meta.url, 'bayes-posterior.json');
const X = fromRows(golden.inputs);
const z = golden.inputs.map((row) => inner(row, golden.teacher));
const targetsOf = ({ teacher }: Setting): number[] => (teacher === 'linear' ? z : z.map((v) => v + (0.3 * (v ** 3 - 3 * v)) / Math.sqrt(6)));

function predict(setting: Setting): Record<Quantity, number> {
  const y = targetsOf(setting);
  const { value, status } = gaussianAdaptiveKernel({ inputs: X, targets: y, weightVariance: 1, ...setting });
  expect(status).toBe('converged');
  const { parallel, orthogonal } = weightOverlap(value.weightCovariance, golden.teacher);
  return { alpha_train: overlap(value.mean, y), w_par2: parallel, w_orth2: orthogonal };
}
const select = (activation: string, scaling: string): Setting[] =>
  golden.settings.filter((setting) => setting.activation === activation && setting.scaling === scaling && setting.teacher === 'linear');
const exactOf = ({ exactQuadrature }: Setting): Record<Quantity | 'a2sum', number> => {
  if (exactQuadrature === undefined) throw new Error('no exact numbers for this setting');
  return exactQuadrature;
};

it('the quadrature that other tests call exact reproduces the reference quadrature', () => {
  for (const setting of golden.settings.filter(({ exactQuadrature }) => exactQuadrature !== undefined)) {
    const exact = exactOf(setting);
    const { mean, weightCovariance, readoutNorm } = linearPosterior(golden.inputs, z, setting.width, setting.readoutVariance, setting.ridge);
    expect(overlap(mean, z)).toBeRelativelyClose(exact.alpha_train, 1e-5);
    expect(readoutNorm).toBeRelativelyClose(exact.a2sum, 1e-5);
    const parallel = inner(golden.teacher, weightCovariance.map((row) => inner(row, golden.teacher))) / inner(golden.teacher, golden.teacher);
    expect(parallel).toBeRelativelyClose(exact.w_par2, 1e-5);
  }
});

describe('Gaussian kernel adaptation against sampled networks', () => {
  for (const scaling of ['standard', 'meanfield'])
    it(`linear, ${scaling}: errors against the exact posterior are O(1/N)`, () => {
      const rows = select('identity', scaling).map((setting) => ({ setting, theory: predict(setting) }));
      for (const quantity of ['alpha_train', 'w_par2', 'w_orth2'] as const) {
        const errors = rows.map(({ setting, theory }) => Math.abs(theory[quantity] / exactOf(setting)[quantity] - 1));
        const { slope } = linearFit(rows.map(({ setting }) => Math.log(setting.width)), errors.map(Math.log));
        // Slope −1 up to the next order, which is visible at N = 20 where n/N = 3.
        expect(slope).toBeLessThan(-0.8);
        // n/N = 3, 0.6, 0.15: measured at most 1.6/N (standard, α) and 1.1/N (mean field, w∥).
        for (const [k, { setting }] of rows.entries()) expect(errors[k]).toBeLessThan(1.7 / setting.width);
      }
    });

  it('linear and erf, standard scaling: within four standard errors plus the O(1/N) bias measured on linear networks', () => {
    for (const activation of ['identity', 'erf'])
      for (const setting of select(activation, 'standard')) {
        const theory = predict(setting);
        for (const quantity of ['alpha_train', 'w_par2', 'w_orth2'] as const) {
          const { mean, se } = setting.measured[quantity];
          expect(Math.abs(theory[quantity] - mean), `${activation} N=${setting.width} ${quantity}`).toBeLessThan(4 * se + (1.7 / setting.width) * mean);
        }
      }
  });

  it('linear, mean field: reaches the N = ∞ saddle as 1/N', () => {
    const [, , wide] = select('identity', 'meanfield');
    const theory = predict(wide);
    const saddle = wide.meanFieldSaddle;
    if (saddle === undefined) throw new Error('no saddle');
    // At N = 400 the theory keeps its own 1/N term (w⊥ 1 − 0.35/N of the saddle); the saddle's numbers carry 1e-6.
    for (const quantity of ['alpha_train', 'w_par2', 'w_orth2'] as const) expect(theory[quantity]).toBeRelativelyClose(saddle[quantity], 1 / wide.width);
  });

  it('erf, mean field: the Gaussian law of w costs 4% of α at every width, as stated', () => {
    // Against the N = ∞ saddle with the full, non-Gaussian p(w): this is the theory's own bias, not an error of the solver
    // (which satisfies its equation to 1e-8, tested elsewhere). Measured: α −4.2%, w∥ +2.7%, w⊥ −1.1%; cubic teacher α −6.0%, w∥ +6.3%, w⊥ −2.1%.
    for (const setting of golden.settings.filter(({ activation, scaling, width }) => activation === 'erf' && scaling === 'meanfield' && width >= 100)) {
      const theory = predict(setting);
      const saddle = setting.meanFieldSaddle;
      if (saddle === undefined) throw new Error('no saddle');
      const bias = (quantity: Quantity): number => theory[quantity] / saddle[quantity] - 1;
      const cubic = setting.teacher === 'cubic';
      expect(Math.abs(bias('alpha_train') - (cubic ? -0.06 : -0.042))).toBeLessThan(0.002);
      expect(Math.abs(bias('w_par2') - (cubic ? 0.063 : 0.027))).toBeLessThan(0.004);
      expect(Math.abs(bias('w_orth2') - (cubic ? -0.021 : -0.011))).toBeLessThan(0.004);
      // It is still far nearer than the lazy theory: 30% off in α here.
    }
  });
});

describe('kernel rescaling against sampled networks', () => {
  for (const scaling of ['standard', 'meanfield'])
    it(`linear, ${scaling}: the exact mean up to O(1/N) at any n/N`, () => {
      const errors = select('identity', scaling).map((setting) => {
        const kernel = gaussianAdaptiveKernel({ inputs: X, targets: z, weightVariance: 1, ...setting }, { specialisedStart: false, maxIterations: 1 }).value.lazyKernel;
        const { value } = kernelRescaling({ kernel, targets: z, ridge: setting.ridge, widths: [setting.width], homogeneity: 1 });
        return { width: setting.width, alpha: Math.abs(overlap(value.mean, z) / exactOf(setting).alpha_train - 1), norm: Math.abs((value.factor * setting.readoutVariance) / exactOf(setting).a2sum - 1) };
      });
      for (const { width, alpha, norm } of errors) {
        // Prefactors measured: at most 0.25 and 0.27; n/N is 3 at the first width, where adaptation misses α by 1.1/N.
        expect(alpha).toBeLessThan(0.3 / width);
        expect(norm).toBeLessThan(0.5 / width);
      }
    });
});
