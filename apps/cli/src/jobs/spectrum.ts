import { formatNetwork, parseNetwork, type Network } from '@saddlepoint/architecture';
import { kernelAngleFigure, renderSvg, sphereSpectrumFigure, spectrumFigure } from '@saddlepoint/figures';
import { computeKernels, dataSpectrum, sphereSpectrum, type SphereSpectrum } from '@saddlepoint/kernels';
import { matrix } from '@saddlepoint/linalg';
import { tailExponents, type PowerLawFit } from '@saddlepoint/scaling';
import { readNetwork } from '../network.js';
import type { JobOptions } from './options.js';
import { readProblem, type Problem } from './problem.js';

type Kernel = 'nngp' | 'ntk';

export interface SphereInput {
  readonly network: string;
  readonly dimension: number;
  readonly maxDegree: number;
  readonly kernels: readonly Kernel[];
  readonly render: boolean;
}

export interface SphereResult {
  readonly network: string;
  readonly dimension: number;
  readonly spectra: readonly (SphereSpectrum & { readonly kernel: Kernel })[];
  readonly figures: Readonly<Record<string, string>>;
}

/** Kernels against the angle, each over its value at 0. */
async function angleFigure(network: Network, kernels: readonly Kernel[]): Promise<string> {
  const degrees = Array.from({ length: 181 }, (_, i) => i);
  const points = matrix(181, 2, degrees.flatMap((t) => [Math.SQRT2 * Math.cos((t * Math.PI) / 180), Math.SQRT2 * Math.sin((t * Math.PI) / 180)]));
  const { nngp, ntk } = await computeKernels(network, matrix(1, 2, [Math.SQRT2, 0]), points, { outputs: kernels.includes('ntk') ? 'both' : 'nngp' });
  const curves = kernels.map((kernel) => {
    const { data } = kernel === 'ntk' && ntk !== undefined ? ntk : nngp;
    return { name: kernel.toUpperCase(), x: degrees, y: data.map((v) => v / data[0]) };
  });
  return renderSvg(kernelAngleFigure({ curves }));
}

/** Mercer spectra on the sphere. */
export async function sphereJob(input: SphereInput, { onProgress }: JobOptions): Promise<SphereResult> {
  const network = parseNetwork(await readNetwork(input.network));
  const { dimension, maxDegree, kernels } = input;
  const spectra = kernels.map((kernel, i) => {
    onProgress({ stage: 'spectrum', fraction: i / kernels.length });
    return { kernel, ...sphereSpectrum(network, { dimension, maxDegree, kernel }) };
  });
  const figures: Record<string, string> = {};
  if (input.render) figures.spectrum = await renderSvg(sphereSpectrumFigure({ spectra: spectra.map((s) => ({ ...s, name: s.kernel.toUpperCase() })) }));
  if (input.render) figures.kernel = await angleFigure(network, kernels);
  return { network: formatNetwork(network), dimension, spectra, figures };
}

export interface SpectrumInput extends Problem {
  readonly samples?: number;
  readonly kernels: readonly Kernel[];
  readonly modes?: number;
  readonly render: boolean;
}

/** λ_k or y_k² ~ k^{−(1+exponent)}. */
interface TailFit {
  readonly exponent: number;
  readonly interval: readonly [number, number];
  readonly window: readonly [number, number];
  readonly curved: boolean;
}

interface DataSpectrumSummary {
  readonly kernel: Kernel;
  readonly eigenvalues: Float64Array;
  readonly targetPowers: Float64Array;
  readonly cumulativePower: Float64Array;
  readonly trace: number;
  readonly tailTrace: number;
  readonly tailPower: number;
  readonly status: string;
  /** a of the eigenvalues and b of the target's power; null when there are too few modes for a fit. */
  readonly eigenvalueTail: TailFit | null;
  readonly powerTail: TailFit | null;
  /** Modes that carry 50%, 90% and 99% of the target's power; null where the modes listed do not. */
  readonly modesForPower: Readonly<Record<'50%' | '90%' | '99%', number | null>>;
}

export interface SpectrumResult {
  readonly data: string;
  readonly network: string;
  readonly samples: number;
  readonly spectra: readonly DataSpectrumSummary[];
  readonly figures: Readonly<Record<string, string>>;
}

const lineOf = ({ exponent, prefactor, window }: PowerLawFit) => ({ exponent: -exponent, prefactor, window });

/** Spectra of a network's kernels on data. */
export async function spectrumJob(input: SpectrumInput, { onProgress }: JobOptions): Promise<SpectrumResult> {
  onProgress({ stage: 'data', fraction: 0 });
  const { data, network } = await readProblem(input, input.samples);
  const { kernels, modes } = input;
  const both = await computeKernels(network, data.inputs, undefined, {
    outputs: kernels.includes('ntk') ? 'both' : 'nngp',
    onProgress: ({ stage, fraction }) => onProgress({ stage, fraction: 0.05 + 0.35 * fraction }),
  });
  const spectra: DataSpectrumSummary[] = [];
  const figures: Record<string, string> = {};
  for (const [i, kernel] of kernels.entries()) {
    const matrix = kernel === 'nngp' ? both.nngp : both.ntk;
    if (matrix === undefined) continue;
    const { eigenvalues, targetPowers, cumulativePower, trace, tailTrace, tailPower, status } = await dataSpectrum(matrix, data.targets, {
      ...(modes === undefined ? {} : { modes }),
      onProgress: ({ stage, fraction }) => onProgress({ stage, fraction: 0.4 + (0.5 * (i + fraction)) / kernels.length }),
    });
    const tails = fitted(eigenvalues, targetPowers, input.seed);
    const modesFor = (part: number): number | null => {
      const k = cumulativePower.findIndex((c) => c >= part);
      return k < 0 ? null : k + 1;
    };
    spectra.push({
      kernel,
      eigenvalues,
      targetPowers,
      cumulativePower,
      trace,
      tailTrace,
      tailPower,
      status,
      eigenvalueTail: tails && { exponent: tails.a, interval: tails.aInterval, window: tails.eigenvalueFit.window, curved: tails.eigenvalueFit.curved },
      powerTail: tails?.b === undefined || tails.bInterval === undefined || tails.powerFit === undefined ? null : { exponent: tails.b, interval: tails.bInterval, window: tails.powerFit.window, curved: tails.powerFit.curved },
      modesForPower: { '50%': modesFor(0.5), '90%': modesFor(0.9), '99%': modesFor(0.99) },
    });
    if (input.render) {
      const powered = targetPowers.some((p) => p > 0);
      figures[`spectrum-${kernel}`] = await renderSvg(
        spectrumFigure({
          eigenvalues,
          ...(powered ? { targetPowers, cumulativePower } : {}),
          ...(tails ? { tail: lineOf(tails.eigenvalueFit) } : {}),
          ...(powered && tails?.powerFit ? { powerTail: lineOf(tails.powerFit) } : {}),
        }, { width: 220, height: 230 }),
      );
    }
  }
  onProgress({ stage: 'done', fraction: 1 });
  return { data: data.provenance, network: formatNetwork(network), samples: data.inputs.rows, spectra, figures };
}

/** Tail exponents over modes n/16 (at most 8) to n/4: beyond, the eigenvalues of K/n bend down whatever the population does. */
function fitted(eigenvalues: Float64Array, targetPowers: Float64Array, seed: number): ReturnType<typeof tailExponents> | null {
  const usable = eigenvalues.findIndex((value) => !(value > 1e-13 * eigenvalues[0]));
  const count = usable < 0 ? eigenvalues.length : usable;
  if (count < 32) return null;
  return tailExponents({ eigenvalues: eigenvalues.subarray(0, count), targetPowers: targetPowers.subarray(0, count) }, { window: [Math.min(8, count / 16), count / 4], seed });
}
