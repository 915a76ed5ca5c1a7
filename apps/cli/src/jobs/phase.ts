import { activationText, resolveActivation, type Activation } from '@saddlepoint/architecture';
import { phaseDiagramFigure, renderSvg, signalMapsFigure } from '@saddlepoint/figures';
import {
  correlationMap,
  edgeOfChaos,
  edgeOfChaosCurve,
  phaseDiagram,
  recommendInitialisation,
  signalFixedPoints,
  varianceMap,
  type FixedPoints,
  type Initialisation,
  type CriticalPoint,
  type LayerMap,
  type PhaseDiagram,
} from '@saddlepoint/kernels';
import { linspace } from '@saddlepoint/numerics';
import type { JobOptions } from './options.js';

export interface PhaseInput {
  readonly activation: string;
  /** Ends of the range of σ_w²; chosen by the edge of chaos when left out. */
  readonly weights?: readonly [number, number];
  readonly biases: readonly [number, number];
  readonly grid: readonly [number, number];
  readonly inputVariance: number;
  /** (σ_w², σ_b²) to list the fixed points of. */
  readonly at?: readonly [number, number];
  /** Hidden layers to recommend an initialisation for. */
  readonly depth?: number;
  readonly render: boolean;
}

/** The edge of chaos at one bias variance; null where there is none. */
interface EdgePoint {
  readonly biasVariance: number;
  readonly weightVariance: number | null;
  readonly variance: number | null;
}

export interface PhaseResult {
  readonly activation: string;
  readonly diagram: PhaseDiagram;
  readonly edge: readonly EdgePoint[];
  readonly fixedPoints?: FixedPoints & { readonly weightVariance: number; readonly biasVariance: number };
  readonly recommended?: Initialisation & { readonly depth: number };
  readonly figures: Readonly<Record<string, string>>;
}

/** The parts of an edge where the variance is stable, which networks reach. */
function settledParts(branch: readonly CriticalPoint[]): CriticalPoint[][] {
  const parts: CriticalPoint[][] = [[]];
  for (const point of branch) {
    if (point.varianceSlope <= 1 + 1e-9) parts[parts.length - 1].push(point);
    else if (parts[parts.length - 1].length > 0) parts.push([]);
  }
  return parts.filter((part) => part.length > 1);
}

/** From well inside the ordered phase to well beyond the edge. */
function weightRange(activation: Activation, maximumBias: number): readonly [number, number] {
  const { branches } = edgeOfChaosCurve(activation, { maximumBiasVariance: Math.max(maximumBias, 1e-3), points: 40 });
  const settled = branches.flatMap(settledParts).flat();
  const top = settled.length === 0 ? 3 : 1.5 * Math.max(...settled.map((p) => p.weightVariance));
  return [top / 60, top];
}

/** The maps at one point, with the way of two inputs through a dozen layers. */
function mapsFigure(name: string, map: LayerMap, { points }: FixedPoints, inputVariance: number): Promise<string> | null {
  const settled = points.find((p) => p.stability !== 'unstable' && p.variance > 0);
  const start = map.biasVariance + map.weightVariance * inputVariance;
  const largest = 1.6 * Math.max(start, ...points.map((p) => p.variance));
  const qs = Array.from(linspace(0, largest, 121));
  const path = [start];
  for (let l = 0; l < 12 && path[l] <= largest; l++) path.push(varianceMap(map, path[l]));
  const variance = {
    title: 'variance map',
    xTitle: 'variance q',
    yTitle: 'variance after a layer',
    curves: [{ name, x: qs, y: qs.map((q) => varianceMap(map, q)) }],
    fixedPoints: points.map((p) => ({ value: p.variance, stable: p.stability !== 'unstable' })),
    path: path.filter((q) => q <= largest),
  };
  if (settled === undefined) return renderSvg(signalMapsFigure({ maps: [variance] }));
  const cs = Array.from(linspace(-1, 1, 121));
  const correlation = {
    title: `correlation map at q = ${Number(settled.variance.toPrecision(3))}`,
    xTitle: 'correlation c',
    yTitle: 'correlation after a layer',
    curves: [{ name, x: cs, y: cs.map((c) => correlationMap(map, settled.variance, c)) }],
    fixedPoints: settled.correlations.map((c) => ({ value: c.correlation, stable: c.stability !== 'unstable' })),
  };
  return renderSvg(signalMapsFigure({ maps: [variance, correlation] }));
}

/** Phase diagram, edge of chaos, fixed points at a point and a recommended initialisation of one activation. */
export async function phaseJob(input: PhaseInput, { onProgress }: JobOptions): Promise<PhaseResult> {
  const activation = resolveActivation(input.activation);
  const name = activationText(input.activation);
  const { inputVariance, at, depth } = input;
  const [from, to] = input.weights ?? weightRange(activation, input.biases[1]);
  const diagram = await phaseDiagram(activation, { weightVariances: linspace(from, to, input.grid[0]), biasVariances: linspace(input.biases[0], input.biases[1], input.grid[1]), inputVariance, onProgress });
  const edge = Array.from(linspace(input.biases[0], input.biases[1], 6), (biasVariance): EdgePoint => {
    const { value, status } = edgeOfChaos(activation, biasVariance);
    return status === 'diverged' ? { biasVariance, weightVariance: null, variance: null } : { biasVariance, ...value };
  });
  const map = at === undefined ? undefined : { activation, weightVariance: at[0], biasVariance: at[1] };
  const fixedPoints = map && signalFixedPoints(map, { inputVariance });
  const recommended = depth === undefined ? undefined : recommendInitialisation(activation, { depth, inputVariance });
  const figures: Record<string, string> = {};
  if (input.render) {
    onProgress({ stage: 'figures', fraction: 1 });
    const edges = diagram.edge.branches.flatMap(settledParts);
    const points = [
      ...(recommended === undefined ? [] : [{ weightVariance: recommended.weightVariance, biasVariance: recommended.biasVariance, label: 'recommended' }]),
      ...(map === undefined ? [] : [{ weightVariance: map.weightVariance, biasVariance: map.biasVariance, label: 'here' }]),
    ].filter((p) => p.weightVariance >= from && p.weightVariance <= to && p.biasVariance >= input.biases[0] && p.biasVariance <= input.biases[1]);
    figures.phase = await renderSvg(phaseDiagramFigure({ ...diagram, edges, points }));
    const maps = map && fixedPoints && mapsFigure(name, map, fixedPoints, inputVariance);
    if (maps) figures.maps = await maps;
  }
  return {
    activation: name,
    diagram,
    edge,
    ...(map && fixedPoints ? { fixedPoints: { ...fixedPoints, weightVariance: map.weightVariance, biasVariance: map.biasVariance } } : {}),
    ...(recommended && depth !== undefined ? { recommended: { ...recommended, depth } } : {}),
    figures,
  };
}
