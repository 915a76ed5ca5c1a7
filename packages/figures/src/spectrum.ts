import { checkLength } from '@saddlepoint/core';
import { logAxis } from './axis.js';
import { checkPlottable } from './check.js';
import { logIndices, panelRow } from './compose.js';
import type { PanelContent } from './panel.js';
import { palette } from './theme.js';
import type { FigureOptions, FigureSpec, Series } from './types.js';

/** A fitted tail value_k ≈ prefactor·k^(−exponent) over the modes of `window` (1-based, inclusive). */
export interface TailLine {
  readonly exponent: number;
  readonly prefactor: number;
  readonly window: readonly [number, number];
  /** How the legend calls it. Default: `fitted tail, exponent 1.23`. */
  readonly label?: string;
}

/** What {@link spectrumFigure} draws; modes are ordered by eigenvalue, largest first. */
export interface SpectrumData {
  readonly eigenvalues: ArrayLike<number>;
  readonly targetPowers?: ArrayLike<number>;
  readonly tail?: TailLine;
  readonly powerTail?: TailLine;
  /** C(k): part of the target's power in the first k+1 modes; drawn as what is left, 1 − C. */
  readonly cumulativePower?: ArrayLike<number>;
}

const faint = '#B9C4CE';

const tailSeries = ({ exponent, prefactor, window, label }: TailLine): Series => ({
  name: label ?? `fitted tail, exponent ${exponent.toFixed(2)}`,
  x: window,
  y: window.map((k) => prefactor * k ** -exponent),
  color: palette[1],
  dashed: true,
});

const positive = (values: ArrayLike<number>): number[] => Array.from({ length: values.length }, (_, k) => k).filter((k) => values[k] > 0);

/** Means of `values` over bins of equal width in log k: what is left of a spectrum once its mode-to-mode noise is averaged out. */
export function logBinned(values: ArrayLike<number>, bins = 24): { k: number[]; mean: number[] } {
  const edges = [...new Set(Array.from({ length: bins + 1 }, (_, i) => Math.round(values.length ** (i / bins))))];
  const k: number[] = [];
  const mean: number[] = [];
  edges.forEach((from, i) => {
    const to = edges[i + 1] ?? values.length + 1;
    let sum = 0;
    for (let j = from; j < to; j++) sum += values[j - 1];
    if (sum > 0) {
      k.push(Math.sqrt(from * (to - 1)));
      mean.push(sum / (to - from));
    }
  });
  return { k, mean };
}

/**
 * Eigenvalues of the kernel by mode on log–log axes with their fitted tail and, beside them, the power of the target in each mode
 * (points) and its average over logarithmic bins (line), and the part of the power beyond each mode. Modes that are not positive to rounding are left out.
 *
 * @throws SaddlepointRangeError when no eigenvalue is positive, a value is not finite, or lengths differ.
 * @example
 * import { spectrumFigure } from '@saddlepoint/figures';
 * const spec = spectrumFigure({ eigenvalues: [1, 0.25, 0.1], targetPowers: [0.5, 0.3, 0.1] });
 * 'hconcat' in spec && spec.hconcat.length; // => 2
 */
export function spectrumFigure(data: SpectrumData, options: FigureOptions = {}): FigureSpec {
  const { eigenvalues, targetPowers, tail, powerTail, cumulativePower } = data;
  checkPlottable('eigenvalues', eigenvalues);
  const keptValues = positive(eigenvalues);
  checkPlottable('eigenvalues', keptValues.map((k) => eigenvalues[k]), true);
  const dots = (name: string, values: ArrayLike<number>, kept: readonly number[]): Series => {
    const shown = logIndices(kept.length, 260).map((i) => kept[i]);
    return { name, x: shown.map((k) => k + 1), y: shown.map((k) => values[k]) };
  };
  const modes = [1, eigenvalues.length];
  const values = dots('eigenvalue λ', eigenvalues, keptValues);
  const xAxis = () => logAxis('mode k', modes);
  const panels: PanelContent[] = [
    {
      title: 'kernel spectrum',
      points: [{ ...values, color: palette[0] }],
      curves: tail ? [tailSeries(tail)] : [],
      pointSize: 16,
      curvesOnTop: true,
      x: xAxis(),
      y: logAxis('eigenvalue of K/n', Array.from(values.y)),
    },
  ];
  if (targetPowers !== undefined) {
    checkPlottable('targetPowers', targetPowers);
    checkLength('targetPowers', targetPowers.length, eigenvalues.length);
    const kept = positive(targetPowers);
    checkPlottable('targetPowers', kept.map((k) => targetPowers[k]), true);
    const powers = dots('power of the target', targetPowers, kept);
    const binned = logBinned(targetPowers);
    const shown = Array.from(powers.y).sort((a, b) => a - b);
    const floor = Math.max(shown[Math.floor(shown.length * 0.02)], shown.at(-1)! * 1e-9);
    const inView = Array.from(powers.x, (_, i) => i).filter((i) => powers.y[i] >= floor);
    panels.push({
      title: 'power of the target by mode',
      points: [{ ...powers, x: inView.map((i) => powers.x[i]), y: inView.map((i) => powers.y[i]), color: faint }],
      curves: [{ name: 'average over bins', x: binned.k, y: binned.mean }, ...(powerTail ? [tailSeries(powerTail)] : [])],
      pointSize: 12,
      curvesOnTop: true,
      x: xAxis(),
      y: logAxis('target power of mode k', [...inView.map((i) => powers.y[i]), ...binned.mean]),
    });
  }
  if (cumulativePower !== undefined) {
    checkPlottable('cumulativePower', cumulativePower);
    checkLength('cumulativePower', cumulativePower.length, eigenvalues.length);
    const left = Array.from(cumulativePower, (c) => 1 - c);
    const kept = positive(left.map((v) => (v > 1e-12 ? v : 0)));
    if (kept.length > 0) {
      const rest = dots('power beyond mode k', left, kept);
      panels.push({ title: 'part of the power beyond mode k', curves: [{ ...rest, color: palette[0] }], x: xAxis(), y: logAxis('1 − cumulative power', Array.from(rest.y)) });
    }
  }
  return panelRow(panels, options, `Kernel spectrum: ${eigenvalues.length} eigenvalues against mode number, log–log.`);
}
