export { sphereSpectrum } from './sphere-spectrum.js';
export type { SphereSpectrum, SphereSpectrumOptions } from './sphere-spectrum.js';
