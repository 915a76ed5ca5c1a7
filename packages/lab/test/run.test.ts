import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtins, createLab, renderReport, runExperiment, type RenderedReport, type Report } from '@saddlepoint/lab';
import { packageVersions, writeReport } from '@saddlepoint/lab/node';
import { theoryOnly, tiny } from './fixtures.js';

const lab = createLab([builtins]);
const fractions: number[] = [];
let report: Report;
let rendered: RenderedReport;

beforeAll(async () => {
  report = await runExperiment(tiny, lab, { onProgress: ({ fraction }) => fractions.push(fraction), packages: await packageVersions() });
  rendered = await renderReport(report);
}, 120_000);

describe('a whole run', () => {
  it('agrees with brute force where it should', () => {
    for (const { difference, differenceStandardError, heldOutDifference, heldOutStandardError } of report.sections.learningCurve!.curves)
      difference.forEach((value, i) => {
        // Six training sets: the standard error has five degrees of freedom, so four of them is about 1%; finite-n corrections are O(1/n).
        expect(Math.abs(value)).toBeLessThan(4 * differenceStandardError[i] + 0.5 / tiny.samples[i] + 0.03);
        expect(Math.abs(heldOutDifference[i])).toBeLessThan(4 * heldOutStandardError[i] + 0.5 / tiny.samples[i] + 0.03);
      });
  });

  it('finds trained networks near NTK regression on the same sets, nearer than a quarter at width 128', () => {
    for (const { differenceFromRegression, converged, testError } of report.sections.training!.widths[0].points) {
      expect(Math.abs(differenceFromRegression!.mean)).toBeLessThan(0.25);
      expect(converged).toBe(testError.count);
    }
  });

  it('sees feature learning: training moves the kernel towards the target as the adaptive theory says', () => {
    const { predictions } = report.sections.featureLearning!;
    const [lazy, , adaptive, trained] = predictions;
    expect(trained.alignment).toBeGreaterThan(lazy.alignment);
    expect(adaptive.alignment).toBeGreaterThan(lazy.alignment);
    expect(adaptive.outputDistance!).toBeLessThan(lazy.outputDistance! + 0.05);
  });

  it('has DMFT follow the trained loss: four networks of 2000 neurons fluctuate by (4N)^−1/2 = 1%, losses by several times that', () => {
    for (const { dmftDeviation } of report.sections.dynamics!.curves) expect(dmftDeviation).toBeLessThan(0.1);
  });

  it('lets the ridge flow from its bare value to the effective ridge', () => {
    const { flowingRidge, effectiveRidge, ridge, cutoff } = report.sections.ridgeFlow!;
    expect(cutoff.at(-1)).toBe(0);
    expect(flowingRidge[0]).toBeCloseTo(ridge, 12);
    expect(flowingRidge.at(-1)).toBeCloseTo(effectiveRidge, 9);
  });

  it('conserves the target power over modes', () => {
    const { targetPowers, trace, eigenvalues } = report.sections.spectrum!;
    // mean square of the targets: 1 + 0.25 + noise 0.05, over 320 samples
    expect(targetPowers.reduce((a, b) => a + b, 0)).toBeCloseTo(1.3, 0);
    expect(eigenvalues.reduce((a, b) => a + b, 0)).toBeCloseTo(trace, 9);
  });

  it('reports progress that only grows, from 0 to 1', () => {
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
    fractions.forEach((f, i) => expect(f).toBeGreaterThanOrEqual(fractions[i - 1] ?? 0));
  });

  it('is plain JSON with versions, seed and timings', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({ kind: 'saddlepoint-report', schemaVersion: 1, seed: 3 });
    expect(report.environment.runtime).toBe(`Node ${process.versions.node}`);
    expect(Object.keys(report.environment.packages)).toContain('@saddlepoint/kernels');
    expect(Object.keys(report.timings)).toContain('dynamics');
  });

  it('gives the same numbers for the same seed, others for another', async () => {
    const small = { ...theoryOnly, pool: 40, test: 20, samples: [8, 16], draws: 2 };
    const numbers = async (seed: number) => (await runExperiment(small, lab, { seed })).sections;
    expect(await numbers(1)).toEqual(await numbers(1));
    expect(await numbers(1)).not.toEqual(await numbers(2));
  });
});

describe('the page', () => {
  it('holds all seven sections and every figure, and asks nothing of the network', () => {
    for (let i = 1; i <= 7; i++) expect(rendered.html.includes(`id="section-${i}"`), `section ${i}`).toBe(true);
    expect(Object.keys(rendered.figures)).toEqual(['spectrum', 'learning-curve', 'training-error', 'learnability', 'ridge-flow', 'exponent', 'feature-kernels', 'alignment', 'dynamics']);
    for (const name of Object.keys(rendered.figures)) expect(rendered.html.includes(`id="figure-${name}"`), name).toBe(true);
    const withoutNamespaces = rendered.html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '');
    expect(withoutNamespaces.match(/https?:|\bsrc=|@import|<script|<link/g)).toBe(null);
    expect(withoutNamespaces.match(/NaN|undefined|\[object|Infinity/g)).toBe(null);
  });

  it('gives every id once', () => {
    const ids = [...rendered.html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('escapes what the experiment says', async () => {
    const { html } = await renderReport({ ...report, experiment: { ...report.experiment, name: '<img src=x onerror=alert(1)>' } });
    expect(html.includes('<img')).toBe(false);
    expect(html.includes('&lt;img')).toBe(true);
  });

  it('leaves out sections that were not run', async () => {
    const { training: _t, featureLearning: _f, dynamics: _d, verdict: _v, ...sections } = report.sections;
    const { html, figures } = await renderReport({ ...report, sections });
    expect(html.includes('id="section-5"')).toBe(false);
    expect(html.includes('Trained networks')).toBe(false);
    expect(Object.keys(figures)).not.toContain('dynamics');
  });
});

describe('abort', () => {
  it.each([0.01, 0.3, 0.6])('stops a run that is %f done with the signal’s reason', async (when) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = runExperiment(tiny, lab, { signal: controller.signal, onProgress: ({ fraction }) => fraction >= when && controller.abort(reason) });
    await expect(run).rejects.toBe(reason);
  });

  it('does not start with an aborted signal', async () => {
    await expect(runExperiment(tiny, lab, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('writeReport', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'saddlepoint-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('writes page, JSON and figures, and nothing else', async () => {
    const written = await writeReport(join(directory, 'a'), report, rendered);
    expect(await readFile(written.html, 'utf8')).toBe(rendered.html);
    expect(JSON.parse(await readFile(written.json, 'utf8'))).toEqual(report);
    expect((await readdir(join(directory, 'a'))).sort()).toEqual(['figures', 'report.html', 'report.json']);
    expect((await readdir(join(directory, 'a', 'figures'))).sort()).toEqual(Object.keys(rendered.figures).map((n) => `${n}.svg`).sort());
  });

  it('keeps the old files whole and leaves no temporary ones when it fails half-way', async () => {
    const b = join(directory, 'b');
    await writeReport(b, report, rendered);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(writeReport(b, circular as unknown as Report, { ...rendered, html: 'new' })).rejects.toThrow();
    await writeFile(join(directory, 'file'), 'in the way');
    await expect(writeReport(join(directory, 'file'), report, rendered)).rejects.toThrow();
    expect(await readFile(join(b, 'report.html'), 'utf8')).toBe(rendered.html);
    expect((await readdir(b)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect((await readdir(join(b, 'figures'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
