// `pnpm bench [package …] [--flag …]`: runs each package's benchmarks, which print their own tables against peers; flags go to them.
import fs from 'node:fs';
import path from 'node:path';
import { root, run } from './process.mjs';

const given = process.argv.slice(2);
const flags = given.filter((word) => word.startsWith('-'));
const wanted = given.filter((word) => !word.startsWith('-'));
const benches = fs
  .readdirSync(path.join(root, 'packages'))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .flatMap((name) => {
    const folder = path.join(root, 'packages', name, 'bench');
    return fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith('.bench.mjs')).map((file) => path.join(folder, file)) : [];
  });
if (benches.length === 0) {
  process.stderr.write(`no benchmark of ${wanted.join(', ') || 'any package'}\n`);
  process.exitCode = 2;
}
for (const bench of benches) {
  const code = await run(process.execPath, [bench, ...flags]);
  if (code !== 0) process.exitCode = code;
}
