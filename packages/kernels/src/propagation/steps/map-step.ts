import type { Context } from '../context.js';
import type { Affine, Step } from '../plan.js';

export type MapStep = Extract<Step, { kind: 'map' }>;

/** No layer with weights after: E[φφ] itself, Θ·E[φ′φ′]. */
const BARE: Affine = { weight: 1, bias: 0, ntkScale: 0, ntkShift: 0, tied: false, weightParameter: -1, biasParameter: -1 };

export const affineAfter = (step: MapStep): Affine => step.affine ?? BARE;

/** The field that holds sine norms when this step may read them, else −1: they are kept up only as far as the last activation with a kink. */
export const sinesFor = ({ fields }: Context, { activation, sine }: MapStep): number => (sine || !activation.smooth ? fields.s : -1);
