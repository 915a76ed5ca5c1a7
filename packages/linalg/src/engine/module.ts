import { baseline, relaxed } from '../generated/engine.js';

/** Which build runs: `relaxed` fuses multiply and add where the host has relaxed SIMD. */
export type EngineBuild = 'baseline' | 'relaxed';

const NOT_SHARED = 1;

let build: EngineBuild | undefined;
const compiled = new Map<boolean, WebAssembly.Module>();

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The build chosen for this host. */
export function engineBuild(): EngineBuild {
  build ??= WebAssembly.validate(bytesOf(relaxed.base64)) ? 'relaxed' : 'baseline';
  return build;
}

/** The compiled engine, importing shared memory or memory of its own. */
export function engineModule(shared: boolean): WebAssembly.Module {
  const known = compiled.get(shared);
  if (known !== undefined) return known;
  const { base64, memoryFlagOffset } = engineBuild() === 'relaxed' ? relaxed : baseline;
  const bytes = bytesOf(base64);
  if (!shared) bytes[memoryFlagOffset] = NOT_SHARED;
  const module = new WebAssembly.Module(bytes);
  compiled.set(shared, module);
  return module;
}
