import { SaddlepointRangeError } from '@saddlepoint/core';
import type { ResidentMatrix } from '@saddlepoint/linalg';
import { withEngine, type Engine } from '@saddlepoint/linalg/engine';

/** A block of engine memory that outlives jobs. */
export interface Workspace {
  /** First byte. */
  readonly address: number;
  readonly doubles: number;
  /** Runs work on the engine that holds the block. */
  readonly job: <T>(work: (engine: Engine) => T) => T;
  readonly dispose: () => void;
}

/** A matrix of undefined contents that lives in the engine. */
export const createResident = (rows: number, cols: number): ResidentMatrix => withEngine(rows * cols, ({ allocate, result }) => result(allocate(rows * cols), rows, cols, true)) as ResidentMatrix;

/** The byte address of a matrix that lives in the engine. */
export const addressOf = (block: ResidentMatrix): number => withEngine(0, ({ place }) => place(block));

export function createWorkspace(doubles: number): Workspace {
  const block = createResident(1, doubles);
  const address = addressOf(block);
  return {
    address,
    doubles,
    job: (work) =>
      withEngine(0, (engine) => {
        // A fresh engine has the address too, but not the block.
        if (engine.heap.buffer !== block.data.buffer)
          throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'threads', expected: 'startThreads and stopThreads not to be called while kernels are computed', got: 'another engine' });
        return work(engine);
      }),
    dispose: () => block.dispose(),
  };
}
