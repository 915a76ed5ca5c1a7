import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { builtins, createLab, runExperiment, renderReport, mnistOddEven } from '../src/index.js';
import { nodePlugin, packageVersions, writeReport } from '../src/node.js';
const over = JSON.parse(process.env.OVER ?? '{}') as object;
it('runs', async () => {
  const lab = createLab([builtins, nodePlugin]);
  let last = '';
  const t0 = performance.now();
  const report = await runExperiment(Object.fromEntries(Object.entries({ ...mnistOddEven, ...over }).filter(([, v]) => v !== null)), lab, { packages: await packageVersions(), onProgress: (p) => { if (p.stage !== last) { last = p.stage; process.stderr.write(`${((performance.now() - t0) / 1000).toFixed(1)}s ${(100 * p.fraction).toFixed(1)}% ${p.stage}\n`); } } });
  writeFileSync('/tmp/fig/report-raw.json', JSON.stringify(report));
  process.stderr.write(JSON.stringify(report.timings) + '\n');
  const rendered = await renderReport(report);
  const t1 = performance.now();
  await writeReport('/tmp/fig/out', report, rendered);
  process.stderr.write(`html ${rendered.html.length} write ${performance.now() - t1}\n`);
}, 600000);
