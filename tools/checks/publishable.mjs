// publint over each package that is meant to be published, as it would be packed: with its publishConfig applied.
import fs from 'node:fs';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root } from '../process.mjs';

let bad = 0;
for (const name of fs.readdirSync(path.join(root, 'packages'))) {
  const folder = path.join(root, 'packages', name);
  const file = path.join(folder, 'package.json');
  if (!fs.existsSync(file)) continue;
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (manifest.private) continue;
  const { messages } = await publint({ pkgDir: folder, level: 'warning', pack: false });
  // The source condition points at TypeScript on purpose, and packing removes it.
  const real = messages.filter((message) => !JSON.stringify(message.path ?? []).includes('@saddlepoint/source'));
  for (const message of real) process.stdout.write(`${manifest.name}: ${formatMessage(message, manifest)}\n`);
  bad += real.length;
  for (const target of Object.values(manifest.publishConfig.exports).flatMap((entry) => Object.values(entry)))
    if (!fs.existsSync(path.join(folder, target))) {
      process.stdout.write(`${manifest.name}: exports ${target}, which the build does not make\n`);
      bad++;
    }
  for (const field of ['description', 'license', 'files'])
    if (!manifest[field]) {
      process.stdout.write(`${manifest.name}: no ${field}\n`);
      bad++;
    }
}
process.exitCode = bad === 0 ? 0 : 1;
