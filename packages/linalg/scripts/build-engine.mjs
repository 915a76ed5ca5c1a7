// Compiles assembly/ with asc, once for baseline SIMD and once for relaxed SIMD, and embeds both binaries as base64 in src/generated/engine.ts.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'saddlepoint-engine-'));

async function compile(name, features) {
  const out = join(scratch, `${name}.wasm`);
  const { error, stderr } = await asc.main(
    [join(root, 'assembly/index.ts'), '--config', join(root, 'assembly/asconfig.json'), '--outFile', out, ...features.flatMap((f) => ['--enable', f])],
    {},
  );
  if (error) throw new Error(`asc failed for ${name}: ${error.message}\n${stderr.toString()}`);
  return readFileSync(out).toString('base64');
}

try {
  const baseline = await compile('baseline', ['simd']);
  const relaxed = await compile('relaxed', ['simd', 'relaxed-simd']);
  const target = join(root, 'src/generated/engine.ts');
  mkdirSync(join(root, 'src/generated'), { recursive: true });
  const text = `// Written by scripts/build-engine.mjs; do not edit.\nexport const baseline =\n  '${baseline}';\nexport const relaxed =\n  '${relaxed}';\n`;
  let previous = '';
  try {
    previous = readFileSync(target, 'utf8');
  } catch {
    // First build.
  }
  if (previous !== text) writeFileSync(target, text);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
