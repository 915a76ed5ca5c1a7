// Writes one vitest module per example of the repository's READMEs and docstrings into ./generated.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExamples } from './find.mjs';
import { toTest } from './transform.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../../..');
const out = path.resolve(here, '../generated');
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });

let count = 0;
for (const example of findExamples(root)) {
  const name = `${example.file.replace(/[^\w]+/g, '-')}-${example.line}.test.ts`;
  fs.writeFileSync(path.join(out, name), toTest(example));
  count++;
}
process.stderr.write(`${count} examples extracted\n`);
if (count === 0) process.exitCode = 1;
