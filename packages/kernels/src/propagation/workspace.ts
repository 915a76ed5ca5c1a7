import type { ResidentMatrix } from '@saddlepoint/linalg';
import { withEngine, withHolder, type Holder } from '@saddlepoint/linalg/engine';

/** A block of engine memory that outlives jobs. */
export interface Workspace {
  /** First byte. */
  readonly address: number;
  readonly doubles: number;
  /** Runs work on the engine that holds the block. */
  readonly job: <T>(work: (engine: Holder) => T) => T;
  readonly dispose: () => void;
}

/** A matrix of undefined contents that lives in the engine. */
export const createResident = (rows: number, cols: number): ResidentMatrix => withEngine(rows * cols, ({ allocate, result }) => result(allocate(rows * cols), rows, cols, true)) as ResidentMatrix;

/** The byte address of a matrix that lives in the engine. */
export const addressOf = (block: ResidentMatrix): number => withHolder(block, ({ address }) => address);

export function createWorkspace(doubles: number): Workspace {
  const block = createResident(1, doubles);
  // Threads may be started or stopped between jobs, and a fresh engine take over: the work goes on where it began.
  return { address: addressOf(block), doubles, job: (work) => withHolder(block, work), dispose: () => block.dispose() };
}
