import * as tf from '@tensorflow/tfjs-core';
import { SaddlepointRangeError } from '@saddlepoint/core';

export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

export interface BackendChoice {
  /** Backends in order of preference. Default: webgpu, webgl, wasm, cpu in a page; wasm, cpu elsewhere. */
  readonly prefer?: readonly BackendName[];
  /** Where a bundler put the backend's .wasm files: a folder URL or a map from file name to URL. Node finds them by itself. */
  readonly wasmPaths?: string | Readonly<Partial<Record<WasmFile, string>>>;
}

export type WasmFile = 'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm';

/** What runs the tensors. */
export interface Backend {
  readonly name: BackendName;
  /** For reports: name, SIMD, threads. */
  readonly description: string;
}

const inPage = (): boolean => typeof document !== 'undefined';

async function start(name: BackendName, wasmPaths: BackendChoice['wasmPaths']): Promise<boolean> {
  try {
    if (name === 'webgpu') {
      if (typeof navigator === 'undefined' || !('gpu' in navigator)) return false;
      await import('@tensorflow/tfjs-backend-webgpu');
    } else if (name === 'webgl') await import('@tensorflow/tfjs-backend-webgl');
    else if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
    else {
      const wasm = await import('@tensorflow/tfjs-backend-wasm');
      // tfjs starts its threads from its own script's address, which bundlers do not keep: in a cross-origin isolated page it never gets ready.
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
      if (wasmPaths !== undefined && tf.findBackend('wasm') === null) wasm.setWasmPaths(typeof wasmPaths === 'string' ? wasmPaths : { ...wasmPaths });
    }
    if (tf.getBackend() === name) return true;
    const started = await tf.setBackend(name);
    await tf.ready();
    return started;
  } catch {
    return false;
  }
}

async function describe(name: BackendName): Promise<string> {
  if (name !== 'wasm') return name;
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return `wasm${simd === true ? ' simd' : ''}, 1 thread`;
}

/**
 * Starts the first backend of the list that works here and makes it the current one.
 *
 * In a page: WebGPU, else WebGL, else WASM; in Node or a worker without a GPU: WASM. All of them are float32.
 *
 * @throws SaddlepointRangeError ERR_UNSUPPORTED when none of them starts.
 * @example
 * import { chooseBackend } from '@saddlepoint/finite-width';
 * const backend = await chooseBackend();
 * backend.name; // => 'wasm'
 */
export async function chooseBackend({ prefer, wasmPaths }: BackendChoice = {}): Promise<Backend> {
  const order = prefer ?? (inPage() || typeof OffscreenCanvas !== 'undefined' ? (['webgpu', 'webgl', 'wasm', 'cpu'] as const) : (['wasm', 'cpu'] as const));
  for (const name of order) if (await start(name, wasmPaths)) return { name, description: await describe(name) };
  throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'backend', expected: `one of ${order.join(', ')} to start`, got: 'none' });
}
