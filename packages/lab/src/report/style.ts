/** The style sheet of a report: readable, printable, without a single external resource. */
export const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 800px; padding: 2.5rem 1.5rem 4rem; background: #fff; color: #222;
  font: 16px/1.55 Inter, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 3rem 0 .6rem; padding-top: .9rem; border-top: 1px solid #ddd; }
p { margin: .6rem 0; }
.lead { color: #555; margin-bottom: 1.4rem; }
.note { color: #555; font-size: .86rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: .75rem; margin: 1.4rem 0; }
.card { border: 1px solid #e2e2e2; border-radius: 6px; padding: .7rem .9rem; }
.card b { display: block; font-size: 1.35rem; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card small { font-size: .68em; font-weight: 400; color: #5f5f5f; white-space: nowrap; }
.card span { color: #5f5f5f; font-size: .8rem; line-height: 1.35; display: block; }
.summary { background: #f5f8fa; border-left: 3px solid #0072b2; padding: .8rem 1.1rem; border-radius: 0 6px 6px 0; }
.summary p { margin: .3rem 0; }
figure { margin: 1.2rem 0 1.6rem; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: #555; font-size: .86rem; line-height: 1.5; margin-top: .5rem; }
figcaption b { color: #222; }
.table { overflow-x: auto; margin: 1rem 0 1.4rem; }
table { border-collapse: collapse; font-size: .83rem; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .45rem; text-align: right; border-bottom: 1px solid #ececec; white-space: nowrap; }
thead th { border-bottom: 1.5px solid #999; font-weight: 600; vertical-align: bottom; white-space: normal; }
th:first-child { text-align: left; }
tbody th { font-weight: 400; }
details { margin: .6rem 0; border: 1px solid #e2e2e2; border-radius: 6px; padding: .5rem .9rem; }
summary { cursor: pointer; font-weight: 600; font-size: .92rem; }
pre { overflow-x: auto; font: 12.5px/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
nav { font-size: .86rem; margin: 1rem 0; color: #777; }
a { color: #0060a0; text-decoration: none; }
a:hover { text-decoration: underline; }
ul { padding-left: 1.2rem; }
sup { line-height: 0; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; }
  figure, table, .card { break-inside: avoid; }
  h2 { break-after: avoid; }
  details { border: 0; padding: 0; }
}
`;
