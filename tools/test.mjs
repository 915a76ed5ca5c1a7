// Everything `npm test` checks once the house is installed and built. Prints, last, `N passed, N failed`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { root, run } from './process.mjs';

const bin = (name) => path.join(root, 'node_modules/.bin', name);
let passed = 0;
let failed = 0;
const failures = [];

async function check(name, command, args, options) {
  const start = Date.now();
  process.stderr.write(`\n▸ ${name}\n`);
  const code = await run(command, args, options);
  process.stderr.write(`  ${code === 0 ? 'passed' : `failed (exit ${code})`} in ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
  if (code === 0) passed++;
  else {
    failed++;
    failures.push(name);
  }
  return code;
}

await check('examples: extract', process.execPath, ['tools/examples/src/extract.mjs']);
await check('types', bin('tsc'), ['-p', 'tsconfig.json']);
await check('lint', bin('eslint'), ['--max-warnings=0', '.']);
await check('arrows', bin('depcruise'), ['--config', 'tools/checks/arrows.cjs', '--output-type', 'err', 'packages', 'apps']);
await check('unused code', bin('knip'), ['--no-progress']);
await check('packages: publishable', process.execPath, ['tools/checks/publishable.mjs']);

const browser = await ensureBrowser();
if (browser === undefined) {
  failed++;
  failures.push('browser: none installed and none could be had');
}

const results = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'saddlepoint-')), 'vitest.json');
const code = await run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...process.argv.slice(2)], {
  env: { ...process.env, ...(browser ? { SADDLEPOINT_BROWSER: browser } : {}) },
});
try {
  const report = JSON.parse(fs.readFileSync(results, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  const emptyHanded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'));
  failed += emptyHanded.length;
  const left = report.numPendingTests + report.numTodoTests;
  if (left > 0) {
    failed += left;
    failures.push(`${left} tests were skipped`);
  }
  if (code !== 0 && report.numFailedTests + emptyHanded.length === 0) failed++;
  if (report.numTotalTests === 0) failed++;
} catch (error) {
  failed++;
  failures.push(`vitest left no results: ${error.message}`);
}
fs.rmSync(path.dirname(results), { recursive: true, force: true });

for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
