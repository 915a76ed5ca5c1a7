import { measured, number, percent, setting, share } from './format.js';
import { html, table, type Markup } from './html.js';
import type { Report } from './report.js';
import type { ExponentSection, KernelCurve, TailFit } from './sections.js';

/** Places a figure with its caption; null when the report has no such figure. */
export type Figure = (name: string, caption: Markup | string) => Markup | null;

const interval = ([lo, hi]: readonly [number, number], digits = 2): string => `[${lo.toFixed(digits)}, ${hi.toFixed(digits)}]`.replaceAll('-', '−');
const fit = ({ exponent, interval: range, window }: TailFit): string => `${exponent.toFixed(3)} ${interval(range, 3)} over modes ${window[0]} to ${window[1]}`;

export function spectrumPart({ sections: { spectrum }, data }: Report, figure: Figure): Markup | null {
  if (spectrum === undefined) return null;
  const { kernel, eigenvalueTail, powerTail, participationRatio, modesForTarget, eigenvalues } = spectrum;
  return html`<p>The kernel of the infinitely wide network splits the data into modes. Large eigenvalues are learned first; how the target's power is spread over them decides how fast the error falls.</p>
${figure(
  'spectrum',
  html`<b>Left:</b> the ${eigenvalues.length} eigenvalues of the ${kernel.toUpperCase()} on the pool, divided by the ${data.pool} samples. ${eigenvalueTail === null ? 'Too few modes to fit a tail. ' : html`Tail λ ∝ k<sup>−(1+a)</sup>, 1+a = ${fit(eigenvalueTail)}. `}<b>Right:</b> power of the target in each mode, and its average over bins${powerTail === null ? '' : `; tail exponent 1+b = ${fit(powerTail)}`}. Intervals are 95%.`,
)}
<p>${number(participationRatio)} modes carry the kernel's trace (participation ratio); ${modesForTarget} of ${eigenvalues.length} modes are needed for 90% of the target.</p>`;
}

const curveTable = ({ kernel, theories, regression, difference, differenceStandardError, heldOutDifference, heldOutStandardError }: KernelCurve): Markup => {
  const [main] = theories;
  return html`<p><b>${kernel.toUpperCase()}</b></p>${table(
    ['n', 'theory', 'regression, pool', 'difference', 'regression, held out', 'difference', ...(regression[0].signError === null ? [] : ['misclassified'])],
    regression.map((point, i) => [
      String(point.samples),
      number(main.testError[i]),
      point.poolTestError === null ? '–' : measured(point.poolTestError),
      plusMinus(difference[i], differenceStandardError[i]),
      measured(point.testError),
      plusMinus(heldOutDifference[i], heldOutStandardError[i]),
      ...(point.signError === null ? [] : [share(point.signError.mean)]),
    ]),
  )}<details><summary>Training error and effective ridge, ${kernel.toUpperCase()}</summary>${table(
    ['n', 'training error: theory', 'regression', 'effective ridge κ'],
    regression.map((point, i) => [String(point.samples), optional(main.trainError[i]), measured(point.trainError), optional(main.effectiveRidge[i])]),
  )}</details>`;
};

const optional = (value: number | null): string => (value === null ? '–' : number(value));
const plusMinus = (value: number, standardError: number): string => `${percent(value)} ± ${(100 * standardError).toFixed(1)}%`;

export function learningCurvePart({ sections: { learningCurve, training }, experiment, data }: Report, figure: Figure): Markup | null {
  if (learningCurve === undefined) return null;
  const { curves, samples } = learningCurve;
  const large = curves.flatMap(({ kernel, difference }) => difference.map((value, i) => ({ value, n: samples[i], kernel })).filter(({ n }) => n >= 64));
  const worst = [...large].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))[0];
  const second = curves[0].theories[1];
  return html`<p>Theory sees the pool of ${data.pool} samples once and predicts the mean squared error of regression on n of them (the error of answering zero is ${number(data.targetPower)}). Regression is then done on random training sets of each size (${experiment.draws} of the largest, more of the small ones), and tested on the rest of the pool and on ${data.test} held-out samples${training === undefined ? '' : ', and real networks are trained on some of the same sets'}.</p>
${figure(
  'learning-curve',
  html`Lines: theory, with a band for the chance of which samples are in the pool${second === undefined ? '' : html` (solid; dashed: ${second.label}, whose gap to the solid line says how far the data are from Gaussian features)`}. Points: measured on held-out samples; error bars: standard errors over training sets and test samples. ${worst === undefined ? '' : html`From 64 samples on, theory and regression differ by at most ${percent(worst.value).slice(1)} on the pool's own samples (${worst.kernel.toUpperCase()}, n = ${worst.n}).`}`,
)}
${figure('training-error', html`Mean squared error on the training set itself, E<sub>train</sub> = (σ²/κ)²·E<sub>test</sub> in theory (lines) and in regression (points).`)}
${curves.map(curveTable)}
${training === undefined ? null : trainedTable(training.widths)}
${training?.notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

type Widths = NonNullable<Report['sections']['training']>['widths'];

function trainedTable(widths: Widths): Markup {
  const rows = widths.flatMap(({ width, points }) =>
    points.map((p) => [
      `${width}, n = ${p.samples}`,
      measured(p.testError),
      p.differenceFromTheory === null ? '–' : percent(p.differenceFromTheory),
      p.differenceFromRegression === null ? '–' : measuredPercent(p.differenceFromRegression),
      measured(p.trainError),
      p.signError === null ? '–' : share(p.signError.mean),
      number(p.residual, 2),
    ]),
  );
  return html`<p><b>Trained networks</b>, to the minimum of ½Σ(f−y)² + ½σ²|θ−θ₀|² with f counted from its start; their infinitely wide limit is regression with the NTK. Gradient left: the largest norm at the end, relative to the start.</p>${table(
    ['width', 'test error', 'against NTK theory', 'against regression on the same sets', 'training error', 'misclassified', 'gradient left'],
    rows,
  )}`;
}

const measuredPercent = ({ mean, standardError, count }: { mean: number; standardError: number; count: number }): string =>
  count > 1 ? `${percent(mean)} ± ${(100 * standardError).toFixed(1)}%` : percent(mean);

export function learnabilityPart({ sections: { learnability, ridgeFlow } }: Report, figure: Figure): Markup | null {
  if (learnability === undefined) return null;
  const { samples, learnedModes } = learnability;
  return html`<p>The learnability of a mode is the part of it that n samples teach. Modes are learned in the order of their eigenvalues, a front that moves to the right as n grows: spectral bias.</p>
${figure('learnability', html`Learnability L = nλ/(nλ+κ) of each mode. Modes of which more than half is learned: ${samples.map((n, i) => `${learnedModes[i]} at n = ${n}`).join(', ')}.`)}
${
  ridgeFlow === undefined
    ? null
    : html`<p>Modes that cannot be learned act on the others as ridge. Integrating them out one by one from the smallest eigenvalue lets the ridge flow from its bare value to the effective ridge.</p>
${figure(
  'ridge-flow',
  html`Flow at n = ${ridgeFlow.samples}, from σ² = ${setting(ridgeFlow.ridge)} to κ = ${number(ridgeFlow.effectiveRidge)} on the pool's own ${ridgeFlow.modes} modes (transferred to the population, κ = ${number(ridgeFlow.populationEffectiveRidge)}). The vertical line, at mode ${Math.round(ridgeFlow.boundary)}, parts learnable from unlearnable modes.`,
)}`
}`;
}

/** Samples come whole, to three digits. */
const count = (n: number): string => (n < 1000 ? String(Math.ceil(n)) : number(n));

function dataSentence(needed: NonNullable<ExponentSection['dataNeeded']>): string {
  const { targetError, samples, interval: [lo, hi], extrapolated } = needed;
  if (samples === null) return `By this theory no amount of data brings the error to ${setting(targetError)}.`;
  const range = `${lo === null ? 'at least a few' : `from ${count(lo)}`}${hi === null ? ' without upper bound' : ` to ${count(hi)}`}`;
  return extrapolated
    ? `An error of ${setting(targetError)} is beyond the pool: by extrapolation of the fitted tail it needs about ${count(samples)} samples (${range}).`
    : `An error of ${setting(targetError)} needs about ${count(samples)} samples (${range}).`;
}

export function exponentPart({ sections: { exponent } }: Report, figure: Figure): Markup | null {
  if (exponent === undefined) return null;
  const { capacityExponent, sourceExponent, predicted, samples, theory, regression, dataNeeded } = exponent;
  const laws =
    capacityExponent !== null &&
    sourceExponent !== null &&
    html`If the spectrum and the target were exact power laws with a = ${capacityExponent.value.toFixed(2)} ${interval(capacityExponent.interval)} and b = ${sourceExponent.value.toFixed(2)} ${interval(sourceExponent.interval)} (95%), the error would fall as ${predicted.map(({ exponent: value, regime }, i) => html`${i > 0 ? ' or ' : ''}n<sup>−${value.toFixed(2)}</sup> (${regime})`)}. `;
  return html`<p>${laws || 'The modes show no tail to fit exponents to. '}Real curves cross over, so the local exponent is the honest number.</p>
${figure('exponent', html`Local exponent −d ln E/d ln n (slope of a local parabola), theory (line) and regression (points, standard errors over training sets).`)}
${samples.length === 0 ? null : table(['n', 'theory', 'regression'], samples.map((n, i) => [String(Math.round(n)), theory[i].toFixed(3), measured(regression[i])]))}
${dataNeeded === null ? null : html`<p><b>${dataSentence(dataNeeded)}</b></p>`}`;
}

export function featurePart({ sections: { featureLearning: f } }: Report, figure: Figure): Markup | null {
  if (f === undefined) return null;
  return html`<p>Infinitely wide networks do not learn features. A two-layer ${f.activation} network of width ${f.width}, scaled by χ = ${setting(f.meanFieldScale)}, does: its hidden kernel adapts to the target. Three theories of it stand against ${f.sampling.chains} Langevin chains that sample the weights given ${f.samples} samples at ridge ${setting(f.ridge)}.</p>
${figure('feature-kernels', html`Kernels on the training samples times χ, sorted by target (largest first), on one colour scale. Kernel rescaling multiplies the lazy kernel by ${number(f.rescalingFactor)}, an effective kernel that has the readout in it and keeps the pattern.`)}
${figure('alignment', html`Alignment yᵀKy/(|K||y|²) of the kernels above: 1 for a kernel that is the target itself. Blue: theory; orange: trained, with the standard error over chains.`)}
${table(
  ['', 'alignment', 'error of the predicted kernel change', 'distance of outputs', 'training error', 'test error'],
  f.predictions.map((p) => [
    p.label,
    p.alignmentStandardError === null ? number(p.alignment) : measured({ mean: p.alignment, standardError: p.alignmentStandardError }),
    p.kernelDistance === null ? '–' : share(p.kernelDistance),
    p.outputDistance === null ? '–' : share(p.outputDistance),
    number(p.trainError),
    number(p.testError),
  ]),
)}
<p class="note">Sampling: largest split R-hat ${number(f.sampling.maxRhat)}, smallest effective sample size ${number(f.sampling.minEffectiveSampleSize)}, kinetic temperature ${number(f.sampling.kineticTemperature)} (1 is exact). Adaptive kernel: ${f.adaptiveStatus}.</p>`;
}

export function dynamicsPart({ sections: { dynamics: d } }: Report, figure: Figure): Markup | null {
  if (d === undefined) return null;
  return html`<p>Richness γ sets how far features move while the network trains. A fixed kernel (NTK) is the limit γ → 0; dynamical mean-field theory (DMFT) follows the features at any γ.</p>
${figure('dynamics', html`Training loss of two-layer ${d.activation} networks of width ${d.width} on ${d.samples} samples (points: mean of ${d.members} networks, with standard errors), against a fixed kernel (dashed) and DMFT (solid, band: its sampling error). Nothing is fitted.`)}
${table(
  ['richness γ', 'largest deviation of DMFT', 'of the fixed kernel', 'loss at the end: trained', 'DMFT', 'fixed kernel'],
  d.curves.map((c) => [
    setting(c.richness),
    share(c.dmftDeviation),
    share(c.ntkDeviation),
    measured({ mean: c.trained[c.trained.length - 1], standardError: c.trainedStandardError[c.trained.length - 1] }),
    number(c.dmft[c.dmft.length - 1]),
    number(c.ntkFlow[c.ntkFlow.length - 1]),
  ]),
)}<p class="note">Deviations are relative to the trained loss while it is above a twentieth of its start.</p>`;
}

export function verdictPart({ sections: { verdict } }: Report): Markup | null {
  if (verdict === undefined) return null;
  return html`<div class="summary"><p>${verdict.limits.join(' ')}</p></div>
${
  verdict.shortcomings.length === 0
    ? null
    : html`<p><b>How far the theory was off.</b></p><ul>${verdict.shortcomings.map((sentence) => html`<li>${sentence}</li>`)}</ul>`
}
${table(['change', 'effect on the test error'], verdict.effects.map((e) => [e.description, percent(e.relativeChange)]))}`;
}
