export { correlationMap, varianceMap } from './layer-map.js';
export type { LayerMap } from './layer-map.js';
export { signalFixedPoints, signalPropagation } from './propagation.js';
export type { FixedPoints, Phase, SignalOptions, SignalPropagation, VarianceFixedPoint } from './propagation.js';
export type { CorrelationFixedPoint } from './correlation-roots.js';
export type { Stability } from './variance-roots.js';
export { edgeOfChaos, edgeOfChaosCurve } from './edge-of-chaos.js';
export type { CriticalPoint, EdgeOfChaos } from './edge-of-chaos.js';
