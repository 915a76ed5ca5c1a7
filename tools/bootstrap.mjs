// `npm start` and `npm test` on a bare machine with Node and git: install (pnpm too), build, then the job.
import path from 'node:path';
import { root, run, runPnpm } from './process.mjs';

const [job, ...rest] = process.argv.slice(2);

async function step(title, promise) {
  process.stderr.write(`\n▸ ${title}\n`);
  const code = await promise();
  if (code !== 0) process.exit(code);
}

await step('install', () => runPnpm(['install', '--frozen-lockfile', '--prefer-offline']));
// Through pnpm, so that turbo finds it on its path where npm had to fetch it.
await step('build', () => runPnpm(['run', 'build', '--output-logs=errors-only']));

if (job === 'start') {
  await step('report', () => run(process.execPath, [path.join(root, 'apps/cli/bin/saddle.js'), 'report', ...rest]));
} else if (job === 'test') {
  process.exitCode = await run(process.execPath, [path.join(root, 'tools/test.mjs'), ...rest]);
} else {
  process.stderr.write('usage: node tools/bootstrap.mjs start|test\n');
  process.exitCode = 2;
}
