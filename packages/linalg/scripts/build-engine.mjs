// Compiles assembly/ with asc, once for baseline SIMD and once for relaxed SIMD, and embeds both binaries as base64 in src/generated/engine.ts.
// Both import a shared memory. A host without shared memory flips one bit of the import (its offset is written beside the binary): atomic
// instructions are valid on a memory of one's own.
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
  return readFileSync(out);
}

/** The offset of the limits flag of the memory import "env"."memory": 3 = shared with a maximum, 1 = not shared with a maximum. */
function memoryFlagOffset(binary) {
  const name = Buffer.from('\x03env\x06memory\x02\x03', 'latin1');
  const at = binary.indexOf(name);
  if (at < 0 || binary.indexOf(name, at + 1) >= 0) throw new Error('the import of a shared memory was not found');
  return at + name.length - 1;
}

const embedded = (name, binary) =>
  `export const ${name} = {\n  base64:\n    '${binary.toString('base64')}',\n  memoryFlagOffset: ${memoryFlagOffset(binary)},\n};\n`;

try {
  const baseline = await compile('baseline', ['simd', 'threads']);
  const relaxed = await compile('relaxed', ['simd', 'threads', 'relaxed-simd']);
  const target = join(root, 'src/generated/engine.ts');
  mkdirSync(join(root, 'src/generated'), { recursive: true });
  const text = `// Written by scripts/build-engine.mjs; do not edit.\n${embedded('baseline', baseline)}${embedded('relaxed', relaxed)}`;
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
