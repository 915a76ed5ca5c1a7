export { sphereSpectrum } from './sphere-spectrum.js';
export type { SphereSpectrum, SphereSpectrumOptions } from './sphere-spectrum.js';
export { targetSpectrum, zonalPowers } from './mode-spectrum.js';
export type { TargetSpectrum, ZonalPowers } from './mode-spectrum.js';
export { dataSpectrum, eigenfunctions } from './data-spectrum.js';
export type { DataSpectrum, DataSpectrumOptions } from './data-spectrum.js';
