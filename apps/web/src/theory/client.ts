import { wrap, type Remote } from 'comlink';
import type { TheoryService } from './service.js';

/** A theory service in a worker of its own. */
export const startTheory = (): Remote<TheoryService> =>
  wrap<TheoryService>(new Worker(new URL('./theory.worker.ts', import.meta.url), { type: 'module', name: 'theory' }));
