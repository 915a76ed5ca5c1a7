import { isSaddlepointError } from '@saddlepoint/core';
import { tailExponents, type PowerLawFit, type TailExponents } from '@saddlepoint/scaling';
import { poolSpectrum } from '../pool-theory.js';
import type { Stage, StageContext } from '../registry/stage.js';
import type { SpectrumSection, TailFit } from '../report/sections.js';

const round = (window: readonly [number, number]): [number, number] => [Math.max(1, Math.round(window[0])), Math.round(window[1])];

const tailOf = ({ exponent, interval, prefactor, window }: PowerLawFit): TailFit => ({
  exponent: -exponent,
  interval: [-interval[1], -interval[0]],
  prefactor,
  window: round(window),
});

/** Modes 1 … M/4 of M: beyond, the eigenvalues of a finite pool bend down. */
const fittedModes = (modes: number): readonly [number, number] => [Math.min(8, modes / 16), modes / 4];

/** Fitted tails; none where the kernel has too few modes to show one, such as a linear network's on a table of few columns. */
function tailsOf(modes: { readonly eigenvalues: Float64Array; readonly targetPowers: Float64Array }, seed: number): Partial<Pick<TailExponents, 'eigenvalueFit' | 'powerFit'>> {
  try {
    return tailExponents(modes, { window: fittedModes(modes.eigenvalues.length), seed });
  } catch (error) {
    if (isSaddlepointError(error) && error.code === 'ERR_SHAPE') return {};
    throw error;
  }
}

function run(context: StageContext): SpectrumSection {
  const { eigenvalues, targetPowers } = poolSpectrum(context.problem);
  const { eigenvalueFit, powerFit } = tailsOf({ eigenvalues, targetPowers }, context.seed);
  const trace = eigenvalues.reduce((sum, l) => sum + l, 0);
  const squares = eigenvalues.reduce((sum, l) => sum + l * l, 0);
  const power = targetPowers.reduce((sum, p) => sum + p, 0);
  let modesForTarget = 0;
  for (let carried = 0; modesForTarget < targetPowers.length && carried < 0.9 * power; modesForTarget++) carried += targetPowers[modesForTarget];
  return {
    kernel: context.problem.kernels[0].name,
    eigenvalues: Array.from(eigenvalues),
    targetPowers: Array.from(targetPowers),
    trace,
    participationRatio: trace ** 2 / squares,
    modesForTarget,
    eigenvalueTail: eigenvalueFit === undefined ? null : tailOf(eigenvalueFit),
    powerTail: powerFit === undefined ? null : tailOf(powerFit),
  };
}

/** Kernel spectrum and target power on the pool, with fitted tails. */
export const spectrumStage: Stage = {
  name: 'spectrum',
  title: 'kernel spectrum',
  weight: () => 0.3,
  run: (context) => Promise.resolve(run(context)),
};
