import type { Progress } from '@saddlepoint/core';
import type { Experiment } from '../experiment/experiment.js';
import type { Sections } from '../report/sections.js';
import type { Problem } from '../problem.js';
import type { Lab } from './lab.js';

/** What a stage may read. */
export interface StageContext {
  readonly experiment: Experiment;
  readonly lab: Lab;
  /** Data, kernels and eigendecompositions on the pool, made once. */
  readonly problem: Problem;
  /** Sections written by the stages before this one. */
  readonly sections: Readonly<Partial<Sections> & Record<string, unknown>>;
  readonly seed: number;
}

/** How a stage reports and is stopped. */
export interface StageOptions {
  readonly signal: AbortSignal;
  /** `fraction` is that of the stage. */
  readonly onProgress: (progress: Progress) => void;
}

/** One step of a run: reads the context, returns one section of the report as plain JSON. */
export interface Stage {
  /** Name of the stage and of its section. */
  readonly name: string;
  readonly title: string;
  /** Expected share of the run's time, in any unit; 0 skips the stage. */
  readonly weight: (experiment: Experiment) => number;
  readonly run: (context: StageContext, options: StageOptions) => Promise<unknown>;
}
