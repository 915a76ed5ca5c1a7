import { count, entriesPerPair, type Grid, type Plan, type Step } from './plan.js';
import { linkTableSize } from './steps/slide.js';

/** The grid that `step` really leaves: pools and mixes of positions leave all pairs of them, whether or not a later layer asks for them. */
function gridAfter(step: Step, grid: Grid): Grid {
  if (step.kind === 'pool' || step.kind === 'attention' || step.kind === 'aggregate') return { positions: step.to.positions, full: true };
  if (step.kind === 'map' || step.kind === 'affine' || step.kind === 'dropout' || step.kind === 'layerNorm') return { ...grid, full: grid.full && step.from.full };
  return step.to;
}

/** The largest number of entries per field and pair of inputs that `steps` hold at once, from `grid` on. */
function peakOf(steps: readonly Step[], start: Grid): number {
  let grid = start;
  let peak = entriesPerPair(grid);
  for (const step of steps) {
    const now = entriesPerPair(grid);
    const next = gridAfter(step, grid);
    const out = entriesPerPair(next);
    // Reading only positions with themselves of what has all pairs takes a copy.
    const narrow = grid.full && !step.from.full ? count(grid.positions) : 0;
    let need = now + narrow;
    if (step.kind === 'conv') {
      // Each dimension's result above the one before; the last one goes back to where the state was, if it fits.
      const sizes = [...step.from.positions];
      const full = step.from.full;
      step.to.positions.forEach((size, dimension) => {
        sizes[dimension] = size;
        const made = entriesPerPair({ positions: sizes, full });
        const returns = dimension > 0 && dimension === sizes.length - 1 && made <= entriesPerPair(step.from);
        if (!returns) need += made;
      });
      if (step.local) need = Math.max(need, count(step.to.positions) + out);
    } else if (step.kind === 'pool') {
      const sides = [[...step.from.positions], [...step.from.positions]];
      for (const side of sides)
        step.to.positions.forEach((size, dimension) => {
          side[dimension] = size;
          need += sides.reduce((product, one) => product * count(one), 1);
        });
    } else if (step.kind === 'attention' || step.kind === 'aggregate' || step.kind === 'globalPool' || step.kind === 'flatten') need += out;
    else if (step.kind === 'branches') need += 2 * out + Math.max(...step.branches.map((branch) => peakOf(branch, grid))) + count(step.to.positions);
    peak = Math.max(peak, need);
    grid = next;
  }
  return Math.max(peak, entriesPerPair(grid));
}

/** Most positions anywhere. */
function mostPositions(steps: readonly Step[], start: Grid): number {
  return steps.reduce((most, step) => Math.max(most, count(step.to.positions), ...(step.kind === 'branches' ? step.branches.map((branch) => mostPositions(branch, step.from)) : [])), count(start.positions));
}

/** Doubles of the largest table of a window's links. */
function linksOf(steps: readonly Step[]): number {
  return steps.reduce((most, step) => {
    if (step.kind === 'branches') return Math.max(most, ...step.branches.map(linksOf));
    if (step.kind !== 'conv' && step.kind !== 'pool') return most;
    return Math.max(most, ...step.sliding.taps.map((taps, k) => Math.ceil(linkTableSize(taps, step.to.positions[k]) / 2)));
  }, 0);
}

/** What a plan needs of memory. */
export interface Needs {
  /** Entries per field and pair of inputs held at once. */
  readonly entries: number;
  readonly positions: number;
  /** Doubles for the links of one window. */
  readonly links: number;
}

export const needsOf = (plan: Plan): Needs => ({ entries: peakOf(plan.steps, plan.input), positions: mostPositions(plan.steps, plan.input), links: linksOf(plan.steps) });
