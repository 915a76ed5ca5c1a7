/** Markup that is already safe. */
export interface Markup {
  readonly markup: string;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text with the characters that HTML reserves written as entities. */
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => escapes[c]);

/** Marks trusted text (an SVG this package drew) as markup. */
export const trusted = (markup: string): Markup => ({ markup });

type Part = string | number | Markup | readonly Part[] | null | undefined | false;

const write = (part: Part): string => {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(write).join('');
};

/** A template whose interpolated values are escaped unless they are markup. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: strings.reduce((text, piece, i) => text + (i > 0 ? write(parts[i - 1]) : '') + piece, ''),
});

/** A table; cells after the first column are set as numbers. */
export function table(head: readonly (string | Markup)[], rows: readonly (readonly (string | number | Markup)[])[]): Markup {
  return html`<div class="table"><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`,
  )}</tbody></table></div>`;
}
