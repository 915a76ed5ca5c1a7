import type { VerdictSection } from '../report/sections.js';
import type { Deviation, VerdictFacts } from './facts.js';

/** A change below this part is not called a limit. */
const material = 0.05;

const percent = (x: number): string => {
  const value = Math.abs(100 * x);
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)}%`;
};
const number = (x: number): string => String(Number(x.toPrecision(3)));

type Effect = VerdictSection['effects'][number];

/** By what part the error would fall if one limit alone were lifted. */
function effectsOf(facts: VerdictFacts): Effect[] {
  const { error, samples, moreData, bestRidge, ridge, labelNoise, width } = facts;
  const effects: Effect[] = [];
  if (moreData !== null)
    effects.push({ name: 'data', relativeChange: moreData.error / error - 1, description: `training on ${moreData.samples} samples instead of ${samples}` });
  effects.push({ name: 'ridge', relativeChange: bestRidge.error / error - 1, description: `${bestRidge.vanishing ? 'a vanishing ridge' : `the best ridge, ${number(bestRidge.ridge)},`} instead of ${number(ridge)}` });
  if (labelNoise !== null && labelNoise > 0)
    effects.push({ name: 'noise', relativeChange: -labelNoise / error, description: `labels without their noise of variance ${number(labelNoise)}` });
  if (width !== null && width.excess.mean > 2 * width.excess.standardError)
    effects.push({
      name: 'width',
      relativeChange: 1 / (1 + width.excess.mean) - 1,
      description: `infinite width instead of ${width.width} (measured on ${width.samples} samples)`,
    });
  return effects;
}

function limitSentences(facts: VerdictFacts, effects: readonly Effect[], limitedBy: VerdictSection['limitedBy']): string[] {
  const { error, targetPower, signError, samples, ridge, moreData, ridgeless, bestRidge, labelNoise, width } = facts;
  const sentences: string[] = [];
  const left = error / targetPower;
  const signs = signError === null ? '' : `, and regression gets ${percent(signError)} of the signs wrong`;
  sentences.push(
    left < 1
      ? `With ${samples} samples and ridge ${number(ridge)} the theory leaves ${percent(left)} of the target's variation unexplained (mean squared error ${number(error)})${signs}.`
      : `With ${samples} samples and ridge ${number(ridge)} the theory predicts a mean squared error of ${number(error)}, no better than always answering zero (${number(targetPower)})${signs}.`,
  );
  const byName = (name: string): Effect | undefined => effects.find((e) => e.name === name);
  const chosen = byName(limitedBy);
  if (chosen === undefined)
    sentences.push(`No single change that was examined would lower the error by more than ${percent(material)}: ${effects.map((e) => `${e.description} changes it by ${e.relativeChange < 0 ? '−' : '+'}${percent(e.relativeChange)}`).join('; ')}.`);
  else
    sentences.push(
      {
        data: `What limits this network most is data: ${chosen.description} would cut the error by ${percent(chosen.relativeChange)}.`,
        ridge: `What limits this network most is the ridge: ${chosen.description} would cut the error by ${percent(chosen.relativeChange)} on the same data.`,
        noise: `What limits this network most is label noise: it makes up ${percent(chosen.relativeChange)} of the error, and no amount of data removes it.`,
        width: `What limits this network most is its width: ${chosen.description} would cut the error by ${percent(chosen.relativeChange)}.`,
        nothing: '',
      }[limitedBy],
    );
  for (const effect of [...effects].sort((a, b) => a.relativeChange - b.relativeChange))
    if (effect !== chosen && chosen !== undefined && effect.relativeChange < -material)
      sentences.push(
        effect.name === 'noise'
          ? `Label noise makes up ${percent(effect.relativeChange)} of the error.`
          : `Next, ${effect.description} would cut it by ${percent(effect.relativeChange)}.`,
      );
  if (moreData === null) sentences.push(`The pool is too small to predict what more data would bring.`);
  const gain = byName('ridge')?.relativeChange ?? 0;
  if (gain > -material && limitedBy !== 'nothing')
    sentences.push(
      ridgeless > error * (1 + material)
        ? `The ridge is well chosen: without it the error would rise by ${percent(ridgeless / error - 1)}, and the best one (${number(bestRidge.ridge)}) gains ${percent(gain)}.`
        : `The ridge hardly matters here: without it the error would change by ${percent(ridgeless / error - 1)}, and the best one (${number(bestRidge.ridge)}) gains ${percent(gain)}.`,
    );
  if (labelNoise === null) sentences.push('No label noise was declared, so whatever noise the labels have counts here as structure that is hard to learn.');
  if (width !== null && byName('width') === undefined)
    sentences.push(
      width.excess.mean < -2 * width.excess.standardError
        ? `Width is no limit: networks of width ${width.width} do better than infinitely wide ones by ${percent(width.excess.mean)} on ${width.samples} samples.`
        : `Width is no limit that can be seen: networks of width ${width.width} match infinitely wide ones on ${width.samples} samples within the error of measurement (${signed(width.excess.mean)} ± ${percent(width.excess.standardError)}).`,
    );
  return sentences;
}

const signed = (x: number): string => `${x < 0 ? '−' : '+'}${percent(x)}`;
const largest = <T extends Deviation>(deviations: readonly T[]): T | undefined =>
  [...deviations].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))[0];
const direction = ({ difference }: Deviation): string => (difference < 0 ? 'too low' : 'too high');

function agreementSentences({ agreement, heldOutAgreement, smallSampleAgreement }: VerdictFacts): string[] {
  const worst = largest(agreement);
  const held = largest(heldOutAgreement);
  const small = largest(smallSampleAgreement);
  const where = (d: Deviation): string => `${d.kernel.toUpperCase()}, n = ${d.samples}, ${direction(d)}`;
  const sentences: string[] = [];
  if (worst !== undefined)
    sentences.push(`On 64 samples or more the predicted error of kernel regression is off by at most ${percent(worst.difference)} on the samples that the theory judges by (${where(worst)}; standard error ${percent(worst.standardError)}).`);
  if (held !== undefined)
    sentences.push(
      `On held-out samples it is off by at most ${percent(held.difference)} (${where(held)}), ` +
        (Math.abs(held.difference) <= 2 * held.standardError
          ? `which is within the play of chance of which samples the pool and the test set hold (±${percent(held.standardError)}).`
          : `more than twice what chance allows (±${percent(held.standardError)}).`),
    );
  if (small !== undefined && Math.abs(small.difference) > Math.max(material, 2 * small.standardError))
    sentences.push(`Below 64 samples it is off by up to ${percent(small.difference)} (n = ${small.samples}, ${direction(small)}): the theory is an expansion for many samples.`);
  return sentences;
}

function trainedSentences({ trainedDeviations }: VerdictFacts): string[] {
  return [...trainedDeviations]
    .sort((a, b) => a.width - b.width)
    .map((d) =>
      Math.abs(d.difference) > Math.max(0.02, 2 * d.standardError)
        ? `Trained networks of width ${d.width} have up to ${percent(d.difference)} ${d.difference > 0 ? 'more' : 'less'} error than regression with the infinitely wide network's kernel on the same training sets (n = ${d.samples}).`
        : `Trained networks of width ${d.width} agree with regression by the infinitely wide network's kernel on the same training sets within ${percent(Math.max(Math.abs(d.difference), 2 * d.standardError))} at every size.`,
    );
}

function featureSentences({ featureLearning: f }: VerdictFacts): string[] {
  if (f === null) return [];
  if (f.maxRhat > 1.1)
    return [`The sampled two-layer network has not mixed (R-hat ${number(f.maxRhat)}), so nothing is concluded about feature learning: raise featureLearning.steps.`];
  const spread = f.alignmentStandardError ?? 0;
  const moved = f.trainedAlignment - f.lazyAlignment;
  const sentences = [
    Math.abs(moved) > 2 * spread
      ? `The two-layer network of width ${f.width} does learn features: the alignment of its kernel with the target goes from ${number(f.lazyAlignment)} to ${number(f.trainedAlignment)}; the adaptive theory says ${number(f.adaptiveAlignment)}.`
      : `The two-layer network of width ${f.width} learns no features that can be measured (alignment ${number(f.lazyAlignment)} before, ${number(f.trainedAlignment)} after).`,
  ];
  sentences.push(
    f.adaptiveKernelDistance < 1
      ? `The adaptive theory misses ${percent(f.adaptiveKernelDistance)} of the kernel's change.`
      : `The adaptive theory is further from the trained kernel than the lazy kernel is (${number(f.adaptiveKernelDistance)} times the change itself).`,
  );
  const lazyMiss = f.lazyTestError / f.trainedTestError - 1;
  const adaptiveMiss = f.adaptiveTestError / f.trainedTestError - 1;
  sentences.push(`On the training samples the network's mean output differs from that of the lazy theory by ${percent(f.lazyOutputDistance)}, of kernel rescaling by ${percent(f.rescaledOutputDistance)}, of the adaptive theory by ${percent(f.adaptiveOutputDistance)}.`);
  sentences.push(`Its test error is ${number(f.trainedTestError)}; the lazy theory is off by ${signed(lazyMiss)}, the adaptive one by ${signed(adaptiveMiss)}.`);
  return sentences;
}

function dynamicsSentences({ dynamics }: VerdictFacts): string[] {
  return dynamics.map(({ richness, dmftDeviation, ntkDeviation }) => {
    const lead = `At richness ${number(richness)} the training loss deviates from DMFT by at most ${percent(dmftDeviation)}`;
    if (ntkDeviation <= 2 * dmftDeviation) return `${lead} and from the fixed-kernel prediction by ${percent(ntkDeviation)}.`;
    return `${lead}, where a fixed kernel is off by ${percent(ntkDeviation)}.`;
  });
}

/**
 * What limits the network and what the theory got wrong, in sentences that follow from the numbers alone.
 */
export function verdictOf(facts: VerdictFacts): VerdictSection {
  const effects = effectsOf(facts);
  const [strongest] = [...effects].sort((a, b) => a.relativeChange - b.relativeChange);
  const limitedBy = strongest !== undefined && strongest.relativeChange < -material ? (strongest.name as VerdictSection['limitedBy']) : 'nothing';
  return {
    limitedBy,
    effects,
    limits: limitSentences(facts, effects, limitedBy),
    shortcomings: [...agreementSentences(facts), ...trainedSentences(facts), ...featureSentences(facts), ...dynamicsSentences(facts)],
  };
}
