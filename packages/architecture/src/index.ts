export type { Activation, ActivationFamily, ActivationObject, ActivationSpec, Dual, DualDefect, VectorisedDual } from './activations/activation.js';
export { activationFamilies, activationText, activations, normalizeActivation, resolveActivation } from './activations/registry.js';
export type { ActivationExtensions } from './activations/registry.js';
export { leakyRelu } from './activations/piecewise-linear.js';
export { elu } from './activations/elu.js';
export { erfFamily } from './activations/erf.js';
export { expFamily } from './activations/exponential.js';
export { cosFamily, rbf, sinFamily } from './activations/trigonometric.js';
export { hermite, monomial, polynomial } from './activations/polynomial.js';
export { rectifiedMonomial } from './activations/rectified.js';
export { sineNorm } from './activations/gaussian-pair.js';
export { dualDefect } from './activations/defect.js';
export { dualDerivativeDifference } from './activations/slope-difference.js';
export type { PairDuals } from './activations/defect.js';
export { diagonalDifference, diagonalMoments, diagonalSlopes } from './activations/diagonal.js';
export type { DiagonalMoments } from './activations/diagonal.js';
export { defineActivation } from './define.js';
export type { ActivationDefinition } from './define.js';
export type { InputShape, Network, Parameterization } from './network.js';
export type {
  ActivationLayer,
  AggregateLayer,
  AttentionLayer,
  BranchLayer,
  ConvLayer,
  DenseLayer,
  DropoutLayer,
  FlattenLayer,
  GlobalPoolLayer,
  Layer,
  LayerNormLayer,
  Padding,
  PoolLayer,
  RepeatLayer,
} from './layers.js';
export { fullyConnected, isFullyConnected } from './fully-connected.js';
export type { FullyConnectedNetwork } from './fully-connected.js';
export { inputShape, shapeAfter, windowOutputs } from './shape.js';
export type { Shape } from './shape.js';
export { mlp } from './mlp.js';
export type { MlpOptions } from './mlp.js';
export { denseLayers, depthOf, hiddenLayers, hiddenWidths, outputsOf, readoutOf, withWidth } from './inspect.js';
export type { HiddenLayer } from './inspect.js';
export { denseScales } from './scales.js';
export type { DenseScales } from './scales.js';
export { networkSchema } from './schema.js';
export { validateNetwork } from './validate.js';
export { parseNetwork } from './parse.js';
export { formatNetwork } from './format.js';
