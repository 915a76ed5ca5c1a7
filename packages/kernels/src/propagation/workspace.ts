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

export function createWorkspace(doubles: number): Workspace {
  const block = withEngine(doubles, ({ allocate, result }) => result(allocate(doubles), 1, doubles, true)) as ResidentMatrix;
  const address = withEngine(0, ({ place }) => place(block));
  return {
    address,
    doubles,
    job: (work) =>
      withEngine(0, (engine) => {
        if (engine.heap.byteLength < address + 8 * doubles)
          throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'threads', expected: 'startThreads and stopThreads not to be called while kernels are computed', got: 'another engine' });
        return work(engine);
      }),
    dispose: () => block.dispose(),
  };
}
