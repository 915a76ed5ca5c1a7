import { formatNetwork } from '@saddlepoint/architecture';
import { renderSvg } from '@saddlepoint/figures';
import { citations } from './citations.js';
import { figureSpecs } from './figures.js';
import { number, percent, seconds, setting, share } from './format.js';
import { html, table, trusted, type Markup } from './html.js';
import type { Report } from './report.js';
import type { Estimate } from './sections.js';
import { dynamicsPart, exponentPart, featurePart, learnabilityPart, learningCurvePart, spectrumPart, verdictPart, type Figure } from './parts.js';
import { style } from './style.js';

/** A report as files: one HTML page that needs nothing else, and each figure as an SVG document. */
export interface RenderedReport {
  readonly html: string;
  readonly figures: Readonly<Record<string, string>>;
}

/**
 * Draws a report: a self-contained HTML page (inline style and SVG, no request to anywhere) and its figures by name.
 */
export async function renderReport(report: Report): Promise<RenderedReport> {
  const figures: Record<string, string> = {};
  for (const [name, spec] of Object.entries(figureSpecs(report))) figures[name] = await renderSvg(spec, { idPrefix: name });
  const figure: Figure = (name, caption) => (name in figures ? html`<figure id="figure-${name}">${trusted(figures[name])}<figcaption>${caption}</figcaption></figure>` : null);
  return { html: page(report, figure), figures };
}

const titles = ['Kernel spectrum', 'Learning curve', 'What is learned, and in which order', 'Exponent and price of data', 'Feature learning', 'Dynamics of training', 'What limits this network'];

function page(report: Report, figure: Figure): string {
  const parts = [spectrumPart, learningCurvePart, learnabilityPart, exponentPart, featurePart, dynamicsPart, verdictPart];
  const bodies = parts.map((part) => part(report, figure));
  const present = bodies.map((body, i) => ({ body, i })).filter(({ body }) => body !== null);
  const { experiment, data } = report;
  const markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Saddlepoint">
<title>${experiment.name}: Saddlepoint report</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1>${experiment.name}</h1>
<p class="lead">${experiment.description ?? ''} ${sentence(report)}</p>
</header>
${cards(report)}
<nav>${present.map(({ i }, k) => html`${k > 0 ? ' · ' : ''}<a href="#section-${i + 1}">${i + 1} ${titles[i]}</a>`)}</nav>
<main>
${present.map(({ body, i }) => html`<section id="section-${i + 1}"><h2>${i + 1}. ${titles[i]}</h2>${body}</section>`)}
</main>
<footer>
<h2>Details</h2>
<details><summary>Settings</summary><pre>${JSON.stringify(experiment, null, 2)}</pre></details>
<details><summary>Data, seed and versions</summary>${table(['', ''], [
    ['data', data.provenance],
    ['seed', report.seed],
    ['runtime', report.environment.runtime],
    ['backend of the trained networks', report.environment.backend ?? 'none trained'],
    ...Object.entries(report.environment.packages).map(([name, version]): [string, string] => [name, version]),
    ['report schema', report.schemaVersion],
  ])}</details>
<details><summary>Timings</summary>${table(['stage', 'time'], Object.entries(report.timings).map(([name, ms]) => [name, seconds(ms)]))}</details>
<details><summary>Sources</summary><ul>${citations(report).map((text) => html`<li>${text}</li>`)}</ul></details>
</footer>
</body>
</html>
`;
  return markup.markup;
}

function sentence({ experiment, data }: Report): string {
  const { network, ridge, samples } = experiment;
  return (
    `Network ${formatNetwork(network)}; data ${data.name}, ${data.inputDimension} inputs; ridge σ² = ${setting(ridge)}; ` +
    `training sets of ${samples[0]} to ${samples[samples.length - 1]} drawn from a pool of ${data.pool}; ${data.test} held-out samples.`
  );
}

function cards({ sections }: Report): Markup | null {
  const main = sections.learningCurve?.curves[0];
  if (main === undefined) return null;
  const last = main.regression.length - 1;
  const n = main.regression[last].samples;
  const value = ({ mean, standardError }: Estimate): Markup => html`${number(mean)} <small>± ${number(standardError, 2)}</small>`;
  const entries: [string | Markup, string][] = [
    [number(main.theories[0]?.testError[last] ?? 0), `test error that theory predicts at n = ${n} (${main.kernel.toUpperCase()})`],
    [value(main.regression[last].testError), `measured on held-out samples by kernel regression; theory is ${percent(main.heldOutDifference[last])} off`],
  ];
  const widest = [...(sections.training?.widths ?? [])].sort((a, b) => b.points.at(-1)!.samples - a.points.at(-1)!.samples || b.width - a.width)[0];
  const point = widest?.points.at(-1);
  if (point !== undefined) entries.push([value(point.testError), `trained networks of width ${widest.width} at n = ${point.samples}`]);
  const sign = point?.signError ?? main.regression[last].signError;
  if (sign !== null) entries.push([share(sign.mean), point?.signError ? 'of test samples misclassified by them' : 'of test samples misclassified by regression']);
  return html`<div class="cards">${entries.map(([shown, what]) => html`<div class="card"><b>${shown}</b><span>${what}</span></div>`)}</div>`;
}
