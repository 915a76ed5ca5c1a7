import type { Activation } from './activation.js';
import { sineNorm } from './gaussian-pair.js';

/** The duals of a record and everything known about them. */
export type DualSet = Required<Pick<Activation, 'dual' | 'dualDerivative' | 'dualVarianceSlope' | 'dualDerivativeVarianceSlope' | 'dualSecondDerivative' | 'dualDefect'>>;

/** The duals of amplitude·f(scale·x) from those of f. The sine norm is formed before the variances are scaled, whose rounding would spoil it. */
export function rescaledDuals(f: DualSet, amplitude: number, scale: number): DualSet {
  if (amplitude === 1 && scale === 1) return f;
  const w = scale * scale;
  const a = amplitude * amplitude;
  const scaled = (name: Exclude<keyof DualSet, 'dualDefect'>, factor: number) => (q1: number, q2: number, c: number, s = sineNorm(q1, q2, c)) => factor * f[name](w * q1, w * q2, w * c, w * s);
  return {
    dual: scaled('dual', a),
    dualDerivative: scaled('dualDerivative', a * w),
    dualVarianceSlope: scaled('dualVarianceSlope', a * w),
    dualDerivativeVarianceSlope: scaled('dualDerivativeVarianceSlope', a * w * w),
    dualSecondDerivative: scaled('dualSecondDerivative', a * w * w),
    dualDefect: (q1, q2, c, s, difference = q1 - q2) => a * a * f.dualDefect(w * q1, w * q2, w * c, w * s, w * difference),
  };
}
