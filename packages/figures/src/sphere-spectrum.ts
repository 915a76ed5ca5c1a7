import { checkLength } from '@saddlepoint/core';
import { linearAxis, linearTicks, logAxis } from './axis.js';
import { checkNotEmpty, checkPlottable } from './check.js';
import { frame } from './compose.js';
import { colorsOf, panelLayers } from './panel.js';
import type { FigureOptions, FigureSpec, Series } from './types.js';

/** A spectrum by degree l = 0, 1, …. */
export interface DegreeSpectrum {
  readonly name: string;
  /** λ_l; zeros (by parity) are left out. */
  readonly eigenvalues: ArrayLike<number>;
  /** deg_l λ_l, the part of the trace in degree l. */
  readonly levelTraces: ArrayLike<number>;
  /** K(x, x). */
  readonly trace: number;
}

/** What {@link sphereSpectrumFigure} draws. */
export interface SphereSpectrumData {
  readonly spectra: readonly DegreeSpectrum[];
}

const positive = (name: string, values: ArrayLike<number>, add = 0): Series => {
  const kept = Array.from({ length: values.length }, (_, l) => l).filter((l) => values[l] > 0);
  return { name, x: kept.map((l) => l + add), y: kept.map((l) => values[l]) };
};

/**
 * Mercer spectra on the sphere by degree: eigenvalues, the part of the trace in each degree (eigenvalue times degeneracy), and how much lies beyond it.
 *
 * @throws SaddlepointRangeError when there is no spectrum, no positive eigenvalue, or lengths differ.
 * @example
 * import { sphereSpectrumFigure } from '@saddlepoint/figures';
 * const spec = sphereSpectrumFigure({ spectra: [{ name: 'relu', eigenvalues: [0.75, 0.33, 0.05], levelTraces: [0.75, 1, 0.23], trace: 2 }] });
 * 'hconcat' in spec && spec.hconcat.length; // => 3
 */
export function sphereSpectrumFigure({ spectra }: SphereSpectrumData, options: FigureOptions = {}): FigureSpec {
  checkNotEmpty('spectra', spectra);
  spectra.forEach((one, i) => {
    checkPlottable(`spectra[${i}].eigenvalues`, one.eigenvalues);
    checkPlottable(`spectra[${i}].levelTraces`, one.levelTraces);
    checkPlottable(`spectra[${i}].trace`, [one.trace], true);
    checkLength(`spectra[${i}].levelTraces`, one.levelTraces.length, one.eigenvalues.length);
    checkNotEmpty(`spectra[${i}].eigenvalues above 0`, positive('', one.eigenvalues).x);
  });
  const colors = colorsOf(spectra.map((s) => ({ name: s.name, x: [], y: [] })));
  const last = Math.max(1, ...spectra.map((s) => s.eigenvalues.length - 1));
  const x = () => linearAxis('degree l', [], { domain: [-0.02 * last, 1.02 * last], ticks: linearTicks(0, last).filter(Number.isInteger) });
  const shares = spectra.map((s) => ({ ...s, share: Array.from(s.levelTraces, (t) => t / s.trace) }));
  // What is beyond degree l, summed from the small end of the list.
  const beyond = shares.map(({ name, share }) => {
    const rest: number[] = Array.from({ length: share.length }, () => 0);
    let sum = Math.max(0, 1 - share.reduce((a, b) => a + b, 0));
    for (let l = share.length - 1; l >= 0; l--) {
      rest[l] = sum;
      sum += share[l];
    }
    return positive(name, rest.map((r) => (r > 1e-15 ? r : 0)));
  });
  const { width = 200, height = 230, description } = options;
  const spacing = 64;
  const panels = [
    { title: 'eigenvalue', points: spectra.map((s) => positive(s.name, s.eigenvalues)) },
    { title: 'part of the trace in degree l', points: shares.map((s) => positive(s.name, s.share)) },
    { title: 'part of the trace beyond degree l', points: beyond },
  ];
  return {
    ...frame(description ?? `Mercer spectrum on the sphere by degree: ${spectra.map((s) => s.name).join(', ')}.`),
    spacing,
    bounds: 'flush',
    // One legend over all panels, and titles instead of y titles: decades need the room.
    hconcat: panels.map(({ title, points }, i) => {
      const drawn = points.filter((p) => p.y.length > 0);
      const y = logAxis('', drawn.length > 0 ? drawn.flatMap((p) => Array.from(p.y)) : [0.1, 1]);
      const legendWidth = i === 0 && spectra.length > 1 ? panels.length * (width + spacing) - spacing : 0;
      return { width, height, layer: panelLayers({ title, points: i === 0 ? points : drawn, colors, x: x(), y, pointSize: last > 60 ? 12 : 26, dodge: false, legendWidth }) };
    }),
  };
}
