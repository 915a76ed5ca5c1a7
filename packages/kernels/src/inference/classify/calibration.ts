import { checkFinite, checkInteger } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';
import { checkLabels, predictedClasses } from './classes.js';

/** Predictions of similar confidence. */
export interface ConfidenceBin {
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  /** Fraction of predictions that are right. */
  readonly accuracy: number;
  readonly count: number;
}

/** How far confidence is from accuracy. */
export interface Calibration {
  readonly accuracy: number;
  /** √(a(1−a)/m). */
  readonly accuracyStandardError: number;
  /** Σ over bins of count/m·|confidence − accuracy|. */
  readonly expectedCalibrationError: number;
  /** The largest |confidence − accuracy| of a bin. */
  readonly maximumCalibrationError: number;
  /** −mean ln of the probability of the right class, of at least 1e-300. */
  readonly logLoss: number;
  /** The bins that are not empty, by confidence. */
  readonly bins: ConfidenceBin[];
}

/**
 * Accuracy and calibration of class probabilities (m×c) against labels (m integers): predictions are grouped by the probability of the predicted class into `bins` of equal
 * width (default 15), and each group's mean confidence is compared with the fraction that is right.
 *
 * With m predictions the expected calibration error of a perfectly calibrated model is of order √(bins/m), not 0. Source: Guo, Pleiss, Sun & Weinberger, 1706.04599.
 *
 * @example
 * import { calibrationOf } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { accuracy, expectedCalibrationError } = calibrationOf(matrix(4, 2, [0.9, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9]), [0, 1, 0, 0]);
 * accuracy; // => 0.75
 * expectedCalibrationError; // => 0.15
 */
export function calibrationOf(probabilities: Matrix, labels: ArrayLike<number>, { bins: count = 15 }: { readonly bins?: number } = {}): Calibration {
  checkInteger('bins', count, { min: 1 });
  checkFinite('probabilities', probabilities.data);
  checkLabels(labels, probabilities);
  const { rows: m, cols: c, data } = probabilities;
  const classes = predictedClasses(probabilities);
  const sums = Array.from({ length: count }, () => ({ confidence: 0, right: 0, count: 0 }));
  let [right, logLoss] = [0, 0];
  for (let i = 0; i < m; i++) {
    const confidence = data[i * c + classes[i]];
    const bin = sums[Math.min(count - 1, Math.max(0, Math.ceil(confidence * count) - 1))];
    const hit = classes[i] === labels[i] ? 1 : 0;
    bin.confidence += confidence;
    bin.right += hit;
    bin.count++;
    right += hit;
    logLoss -= Math.log(Math.max(1e-300, data[i * c + labels[i]]));
  }
  const bins = sums.filter((bin) => bin.count > 0).map((bin) => ({ confidence: bin.confidence / bin.count, accuracy: bin.right / bin.count, count: bin.count }));
  const gaps = bins.map(({ confidence, accuracy }) => Math.abs(confidence - accuracy));
  const total = Math.max(1, m);
  const accuracy = right / total;
  return {
    accuracy,
    accuracyStandardError: Math.sqrt((accuracy * (1 - accuracy)) / total),
    expectedCalibrationError: gaps.reduce((sum, gap, b) => sum + gap * (bins[b].count / total), 0),
    maximumCalibrationError: Math.max(0, ...gaps),
    logLoss: logLoss / total,
    bins,
  };
}
