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
  return withoutData(name, readFileSync(out));
}

/** The offset of the limits flag of the memory import "env"."memory": 3 = shared with a maximum, 1 = not shared with a maximum. */
function memoryFlagOffset(binary) {
  const name = Buffer.from('\x03env\x06memory\x02\x03', 'latin1');
  const at = binary.indexOf(name);
  if (at < 0 || binary.indexOf(name, at + 1) >= 0) throw new Error('the import of a shared memory was not found');
  return at + name.length - 1;
}

/** Static data, such as tables of the compiler's own Math.exp, would lie where the threads' control block does, and each instance would write it anew. */
function withoutData(name, binary) {
  for (let at = 8; at < binary.length; ) {
    const section = binary[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++];
      size += (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (section === 11) throw new Error(`${name} has static data`);
    at += size;
  }
  return binary;
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
