import { describe, expect, it } from 'vitest';
import { verdictOf, type VerdictFacts } from '@saddlepoint/lab';

const base: VerdictFacts = {
  kernel: 'ntk',
  samples: 1000,
  ridge: 0.1,
  targetPower: 1,
  error: 0.2,
  signError: 0.05,
  moreData: { samples: 2000, error: 0.198 },
  bestRidge: { ridge: 0.1, error: 0.2, vanishing: false },
  ridgeless: 0.3,
  labelNoise: 0,
  width: null,
  agreement: [],
  heldOutAgreement: [],
  smallSampleAgreement: [],
  trainedDeviations: [],
  featureLearning: null,
  dynamics: [],
};
const verdict = (change: Partial<VerdictFacts>) => verdictOf({ ...base, ...change });
const limits = (change: Partial<VerdictFacts>): string => verdict(change).limits.join(' ');
const shortcomings = (change: Partial<VerdictFacts>): string => verdict(change).shortcomings.join(' ');
const at = (difference: number, standardError = 0.005, samples = 256) => ({ kernel: 'ntk', samples, difference, standardError });
const features = {
  width: 100, samples: 64, lazyAlignment: 0.1, trainedAlignment: 0.3, alignmentStandardError: 0.01, adaptiveAlignment: 0.28,
  adaptiveKernelDistance: 0.2, lazyOutputDistance: 0.3, rescaledOutputDistance: 0.04, adaptiveOutputDistance: 0.03, lazyTestError: 0.6, adaptiveTestError: 0.51, trainedTestError: 0.5, maxRhat: 1.01,
};

describe('what limits the network', () => {
  it('data', () => {
    const { limitedBy, limits: text } = verdict({ moreData: { samples: 2000, error: 0.15 } });
    expect(limitedBy).toBe('data');
    expect(text.join(' ')).toMatch(/most is data: training on 2000 samples instead of 1000 would cut the error by 25%/);
  });

  it('ridge', () => {
    const text = limits({ bestRidge: { ridge: 2, error: 0.1, vanishing: false } });
    expect(text).toMatch(/most is the ridge: the best ridge, 2, instead of 0\.1 would cut the error by 50% on the same data/);
    expect(text).not.toMatch(/well chosen|hardly matters/);
    expect(limits({ bestRidge: { ridge: 1e-5, error: 0.1, vanishing: true } })).toMatch(/ridge: a vanishing ridge instead of 0\.1 would cut/);
  });

  it('noise', () => {
    const { limitedBy, limits: text } = verdict({ labelNoise: 0.15, moreData: { samples: 2000, error: 0.17 } });
    expect(limitedBy).toBe('noise');
    expect(text.join(' ')).toMatch(/label noise: it makes up 75% of the error, and no amount of data removes it\. Next, training on 2000/);
  });

  it('width, only where it is measured beyond chance', () => {
    const wide = (mean: number, standardError: number) => ({ width: { width: 64, samples: 500, excess: { mean, standardError, count: 3 } } });
    expect(verdict(wide(0.25, 0.02)).limitedBy).toBe('width');
    expect(limits(wide(0.25, 0.02))).toMatch(/infinite width instead of 64 \(measured on 500 samples\) would cut the error by 20%/);
    expect(verdict(wide(0.25, 0.2)).limitedBy).toBe('nothing');
    expect(limits(wide(0.25, 0.2))).toMatch(/match infinitely wide ones .* \(\+25% ± 20%\)/);
    expect(limits(wide(-0.1, 0.01))).toMatch(/do better than infinitely wide ones by 10%/);
  });

  it('nothing in particular', () => {
    const { limitedBy, limits: text } = verdict({});
    expect(limitedBy).toBe('nothing');
    expect(text.join(' ')).toMatch(/No single change .* more than 5\.0%: training on 2000 samples instead of 1000 changes it by −1\.0%/);
  });

  it('names the strongest of several, then the others', () => {
    const text = limits({ moreData: { samples: 2000, error: 0.12 }, bestRidge: { ridge: 1, error: 0.15, vanishing: false } });
    expect(text).toMatch(/most is data.*Next, the best ridge, 1, instead of 0\.1 would cut it by 25%/);
  });

  it('says what is unexplained, or that nothing is explained', () => {
    expect(limits({})).toMatch(/leaves 20% of the target's variation unexplained .* gets 5\.0% of the signs wrong/);
    expect(limits({ signError: null })).not.toMatch(/signs/);
    expect(limits({ error: 1.2 })).toMatch(/no better than always answering zero/);
  });

  it('says of the ridge that it helps, or that it does not matter', () => {
    const data = { moreData: { samples: 2000, error: 0.15 } };
    expect(limits(data)).toMatch(/ridge is well chosen: without it the error would rise by 50%/);
    expect(limits({ ...data, ridgeless: 0.201, bestRidge: { ridge: 0.2, error: 0.199, vanishing: false } })).toMatch(/hardly matters here/);
  });

  it('admits what it does not know', () => {
    expect(limits({ labelNoise: null })).toMatch(/No label noise was declared/);
    expect(limits({ labelNoise: 0 })).not.toMatch(/No label noise was declared/);
    expect(limits({ moreData: null })).toMatch(/pool is too small to predict/);
  });
});

describe('what the theory got wrong', () => {
  it('regression, on the pool and held out', () => {
    const text = shortcomings({ agreement: [at(0.01), at(-0.03, 0.005, 512)], heldOutAgreement: [at(0.04, 0.03)] });
    expect(text).toMatch(/at most 3\.0% .*\(NTK, n = 512, too low; standard error 0\.5%\)/);
    expect(text).toMatch(/held-out samples it is off by at most 4\.0% .*within the play of chance .*\(±3\.0%\)/);
    expect(shortcomings({ heldOutAgreement: [at(0.2, 0.03)] })).toMatch(/more than twice what chance allows/);
  });

  it('few samples, only where it matters', () => {
    expect(shortcomings({ smallSampleAgreement: [at(0.2, 0.01, 16)] })).toMatch(/Below 64 samples it is off by up to 20% \(n = 16, too high\)/);
    expect(shortcomings({ smallSampleAgreement: [at(0.2, 0.15, 16)] })).toBe('');
    expect(shortcomings({ smallSampleAgreement: [at(0.02, 0.001, 16)] })).toBe('');
  });

  it('trained networks of each width', () => {
    const text = shortcomings({ trainedDeviations: [{ ...at(0.01, 0.01), width: 1024 }, { ...at(0.3, 0.01), width: 64 }, { ...at(-0.1, 0.01), width: 256 }] });
    expect(text).toMatch(/width 64 have up to 30% more error.*width 256 have up to 10% less error.*width 1024 agree .* within 2\.0%/);
  });

  it('feature learning: seen, not seen, not mixed, worse than lazy', () => {
    expect(shortcomings({ featureLearning: features })).toMatch(/does learn features: .* from 0\.1 to 0\.3; the adaptive theory says 0\.28\. The adaptive theory misses 20% of the kernel's change\. On the training samples .* lazy theory by 30%, of kernel rescaling by 4\.0%, of the adaptive theory by 3\.0%\. Its test error is 0\.5; the lazy theory is off by \+20%, the adaptive one by \+2\.0%/);
    expect(shortcomings({ featureLearning: { ...features, trainedAlignment: 0.11 } })).toMatch(/learns no features that can be measured/);
    expect(shortcomings({ featureLearning: { ...features, maxRhat: 1.5 } })).toMatch(/has not mixed \(R-hat 1\.5\), so nothing is concluded/);
    expect(shortcomings({ featureLearning: { ...features, adaptiveKernelDistance: 1.5 } })).toMatch(/further from the trained kernel than the lazy kernel/);
  });

  it('dynamics: where a fixed kernel fails, and where it does not', () => {
    expect(shortcomings({ dynamics: [{ richness: 3, dmftDeviation: 0.02, ntkDeviation: 5 }] })).toMatch(/richness 3 .* DMFT by at most 2\.0%, where a fixed kernel is off by 500%/);
    expect(shortcomings({ dynamics: [{ richness: 0.1, dmftDeviation: 0.02, ntkDeviation: 0.03 }] })).toMatch(/and from the fixed-kernel prediction by 3\.0%\./);
  });

  it('says nothing without facts', () => {
    expect(verdict({}).shortcomings).toEqual([]);
  });
});
