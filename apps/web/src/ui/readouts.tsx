import type { ReactNode } from 'react';
import type { DataNeeded } from '@saddlepoint/scaling';
import { formatNumber } from '../state/format.js';
import type { Prediction } from '../theory/predict.js';
import { curveSizes } from '../theory/sizes.js';

interface TileProps {
  readonly title: ReactNode;
  /** Undefined while it is not known. */
  readonly value: number | undefined;
  readonly text?: string;
  readonly note: ReactNode;
  readonly testId: string;
  readonly main?: boolean;
}

const Tile = ({ title, value, text, note, testId, main = false }: TileProps) => (
  <div className={main ? 'tile main' : 'tile'}>
    <dt>{title}</dt>
    <dd>
      <output data-testid={testId} data-value={value}>
        {text ?? (value === undefined ? '–' : formatNumber(value))}
      </output>
      <small>{note}</small>
    </dd>
  </div>
);

/** What stands in place of the bare number. */
function textOf({ status, samples }: DataNeeded): { text?: string } {
  if (status !== 'reached') return { text: 'out of reach' };
  return samples <= curveSizes[0] ? { text: `≤ ${curveSizes[0]}` } : {};
}

function neededNote({ status, extrapolated, interval }: DataNeeded): string {
  if (status !== 'reached') return 'the curve does not fall that far in 10⁷ samples';
  const [low, high] = interval.map((end) => (Number.isFinite(end) ? formatNumber(end, 2) : '∞'));
  const range = `${low} to ${high}`;
  return extrapolated ? `${range}, extrapolated` : `${range} at 95%`;
}

/** The numbers of the theory at the chosen n. */
export function Readouts({ prediction, ridge, target }: { readonly prediction: Prediction | undefined; readonly ridge: number; readonly target: number }) {
  const chosen = prediction?.chosen;
  const needed = prediction?.needed;
  const apart = chosen && Math.abs(chosen.testErrorGcv / chosen.testError - 1);
  return (
    <dl className="readouts">
      <Tile
        main
        title="predicted test error"
        testId="predicted-error"
        value={chosen?.testError}
        note={chosen && apart !== undefined ? `Gaussian theory (GCV): ${formatNumber(chosen.testErrorGcv)}` : 'mean squared, on unseen data'}
      />
      <Tile title="training error" testId="train-error" value={chosen?.trainError} note="(σ²/κ)² × test error" />
      <Tile
        title={
          <>
            effective ridge <i>κ</i>
          </>
        }
        testId="effective-ridge"
        value={chosen?.effectiveRidge}
        note={chosen ? `${formatNumber(chosen.effectiveRidge / ridge)} × the ridge` : 'the ridge the modes feel'}
      />
      <Tile
        title={
          <>
            modes learned Σ<i>L</i>
          </>
        }
        testId="modes-learned"
        value={chosen?.learnabilitySum}
        note={chosen ? `from ${chosen.samples} samples` : ''}
      />
      <Tile
        title={`data for error ${formatNumber(target)}`}
        testId="data-needed"
        value={needed?.samples}
        {...(needed && textOf(needed))}
        note={needed ? neededNote(needed) : ''}
      />
    </dl>
  );
}
