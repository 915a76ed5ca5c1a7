import type { BackendName } from '@saddlepoint/finite-width';

/** True when WebGL draws in software: WASM is then much faster. */
function softwareWebGl(): boolean {
  if (typeof OffscreenCanvas === 'undefined') return true;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null) return true;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

async function hardwareWebGpu(): Promise<boolean> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean } } | null> } }).gpu;
  try {
    const adapter = await gpu?.requestAdapter();
    return adapter !== null && adapter !== undefined && adapter.info?.isFallbackAdapter !== true;
  } catch {
    return false;
  }
}

/** Backends worth trying in this browser, best first: a GPU only where there is one. */
export async function backendsWorthTrying(wanted: string): Promise<readonly BackendName[]> {
  if (wanted !== 'auto') return [wanted as BackendName];
  return [...((await hardwareWebGpu()) ? (['webgpu'] as const) : []), ...(softwareWebGl() ? [] : (['webgl'] as const)), 'wasm', 'cpu'];
}
