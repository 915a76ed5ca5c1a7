import type * as NodeWorkers from 'node:worker_threads';
import type { Kernels } from './kernels.js';
import { engineModule } from './module.js';

/** What the pool needs of a Node or web worker. */
interface Helper {
  readonly post: (message: unknown) => void;
  readonly end: () => void;
}

/** An engine as the pool sees it. */
interface Staffed {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
}

interface Pool {
  readonly threads: number;
  readonly helpers: readonly Helper[];
}

/**
 * Waits for memories to serve, one after another. Self-contained, so that no bundler needs to know of it. Growing by nothing tells the
 * instance how large the memory is now: V8 may not tell those that arrive while it grows, and bulk copies beyond the old end would trap.
 */
const SERVE = `({ module, memory, thread, threads, epoch }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  memory.grow(0);
  exports.configure(thread, threads, 1);
  try {
    exports.serve(epoch);
  } catch (error) {
    exports.fail();
    throw error;
  }
}`;
const NODE_WORKER = `const { parentPort } = require('node:worker_threads');
parentPort.on('message', ${SERVE});
parentPort.postMessage('ready');`;
const WEB_WORKER = `const serve = ${SERVE};
onmessage = ({ data }) => serve(data);
postMessage('ready');`;

let pool: Pool | undefined;

/** How many threads a new engine has. */
export const poolSize = (): number => pool?.threads ?? 1;

/** Sends the pool's workers to an engine, in a new epoch of it. They join when they can: work never waits for them. */
export function enlist({ memory, kernels }: Staffed): void {
  const epoch = kernels.dismiss();
  if (pool === undefined) return;
  const module = engineModule(true);
  const { threads } = pool;
  pool.helpers.forEach(({ post }, i) => post({ module, memory, thread: i + 1, threads, epoch }));
}

/** Whether this thread may block: a page's main thread may not. */
export function waitingAllowed(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

type Builtins = (name: string) => unknown;
const builtin = (name: string): unknown =>
  (globalThis as { process?: { getBuiltinModule?: Builtins } }).process?.getBuiltinModule?.(name);

/** The number of cores that this process may use. */
export function cores(): number {
  const os = builtin('node:os') as { availableParallelism(): number } | undefined;
  return os?.availableParallelism() ?? (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
}

function nodeHelper({ Worker }: typeof NodeWorkers): Promise<Helper> {
  return new Promise((resolve, reject) => {
    // Without the options of this process, which may say that evaluated code is a module.
    const worker = new Worker(NODE_WORKER, { eval: true, execArgv: [] });
    worker.once('error', reject);
    worker.once('message', () => {
      worker.off('error', reject);
      // A helper that fails later is one that does not come: the caller does its share.
      worker.on('error', () => undefined);
      worker.unref();
      resolve({ post: (message) => worker.postMessage(message), end: () => void worker.terminate() });
    });
  });
}

function webHelper(): Promise<Helper> {
  return new Promise((resolve, reject) => {
    const url = URL.createObjectURL(new Blob([WEB_WORKER], { type: 'text/javascript' }));
    const worker = new Worker(url);
    worker.onerror = (event) => reject(new Error(event.message || 'the worker did not start'));
    worker.onmessage = () => {
      URL.revokeObjectURL(url);
      resolve({ post: (message) => worker.postMessage(message), end: () => worker.terminate() });
    };
  });
}

/** Why this host cannot share memory between threads, or null. */
function obstacle(): string | null {
  if (typeof SharedArrayBuffer === 'undefined') return 'no shared memory: the page is not cross-origin isolated';
  if (builtin('node:worker_threads') === undefined && typeof Worker === 'undefined') return 'no workers here';
  return null;
}

/** Starts `threads − 1` workers; returns why there are none, or null. */
export async function openPool(threads: number): Promise<string | null> {
  const reason = obstacle();
  if (reason !== null) return reason;
  const workers = builtin('node:worker_threads') as typeof NodeWorkers | undefined;
  const started = await Promise.allSettled(
    Array.from({ length: threads - 1 }, () => (workers === undefined ? webHelper() : nodeHelper(workers))),
  );
  const helpers = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    helpers.forEach(({ end }) => end());
    return `a worker did not start: ${failed.reason instanceof Error ? failed.reason.message : String(failed.reason)}`;
  }
  pool = { threads, helpers };
  return null;
}

/** Ends the pool's workers. */
export function closePool(): void {
  pool?.helpers.forEach(({ end }) => end());
  pool = undefined;
}
