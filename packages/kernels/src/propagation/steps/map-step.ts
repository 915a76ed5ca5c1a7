import type { Affine, Step } from '../plan.js';

export type MapStep = Extract<Step, { kind: 'map' }>;

/** No layer with weights after: E[φφ] itself, Θ·E[φ′φ′]. */
const BARE: Affine = { weight: 1, bias: 0, ntkScale: 0, ntkShift: 0, tied: false, weightParameter: -1, biasParameter: -1 };

export const affineAfter = (step: MapStep): Affine => step.affine ?? BARE;
