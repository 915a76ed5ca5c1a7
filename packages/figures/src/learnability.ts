import { checkLength } from '@saddlepoint/core';
import { linearAxis, logAxis } from './axis.js';
import { checkNotEmpty, checkPlottable } from './check.js';
import { logIndices, singlePanel } from './compose.js';
import { sequential } from './theme.js';
import type { FigureOptions, FigureSpec } from './types.js';

/** What {@link learnabilityFigure} draws: row i of `learnabilities` holds L_k, modes by falling eigenvalue, at `samples[i]`. */
export interface LearnabilityData {
  readonly samples: ArrayLike<number>;
  readonly learnabilities: readonly ArrayLike<number>[];
  /** One colour for each of `samples`. Default: dark to light as n grows. */
  readonly colors?: readonly string[];
}

/**
 * Learnability L_k against the mode number, one line per number of training samples: spectral bias as a picture. Learned modes sit at
 * one, unseen modes at zero.
 *
 * @throws SaddlepointRangeError when empty, lengths differ, or a value is not finite.
 * @example
 * import { learnabilityFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = learnabilityFigure({ samples: [16, 64], learnabilities: [[0.9, 0.2], [0.97, 0.5]] });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export function learnabilityFigure({ samples, learnabilities, colors = sequential(samples.length) }: LearnabilityData, options: FigureOptions = {}): FigureSpec {
  checkPlottable('samples', samples, true);
  checkNotEmpty('learnabilities', learnabilities);
  checkLength('learnabilities', learnabilities.length, samples.length);
  checkLength('colors', colors.length, samples.length);
  learnabilities.forEach((row, i) => checkPlottable(`learnabilities[${i}]`, row));
  const sizes = Array.from(samples, (n) => String(n));
  const longest = Math.max(...learnabilities.map((row) => row.length));
  return singlePanel(
    {
      curves: learnabilities.map((row, i) => {
        const shown = logIndices(row.length, 120);
        return { name: sizes[i], color: colors[i], x: shown.map((k) => k + 1), y: shown.map((k) => row[k]) };
      }),
      x: logAxis('mode k', [1, longest]),
      y: linearAxis('learnability of mode k', [0, 1], { domain: [0, 1.02], ticks: [0, 0.25, 0.5, 0.75, 1] }),
      legendTitle: 'training samples n',
    },
    { height: 280, ...options },
    `Learnability by mode for n = ${sizes.join(', ')}.`,
  );
}
