import fs from 'node:fs';
import path from 'node:path';

/** Example blocks of a Markdown text: its ```ts fences without `no-run`. */
function* fromMarkdown(text) {
  const fence = /^```(ts|typescript)([^\n]*)\n([\s\S]*?)^```/gm;
  for (const match of text.matchAll(fence)) {
    if (match[2].includes('no-run')) continue;
    yield { code: match[3], line: text.slice(0, match.index).split('\n').length };
  }
}

/** Example blocks of a TypeScript source: the text after each `@example` up to the next tag or the comment's end. */
function* fromSource(text) {
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const lines = comment[0].split('\n');
    const firstLine = text.slice(0, comment.index).split('\n').length;
    for (let i = 0; i < lines.length; i++) {
      const start = /^\s*\*\s*@example\s*(.*)$/.exec(lines[i]);
      if (!start) continue;
      const body = [];
      for (let j = i + 1; j < lines.length && !/^\s*\*\s*@\w+/.test(lines[j]) && !lines[j].includes('*/'); j++)
        body.push(lines[j].replace(/^\s*\* ?/, ''));
      const code = body.filter((line) => !line.startsWith('```')).join('\n');
      if (code.trim() !== '') yield { code, line: firstLine + i };
    }
  }
}

function* filesUnder(folder, extension) {
  if (!fs.existsSync(folder)) return;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'generated') yield* filesUnder(file, extension);
    else if (entry.isFile() && entry.name.endsWith(extension)) yield file;
  }
}

/** Every example of the repository: `{ file, line, code }`, with `file` relative to `root`. */
export function* findExamples(root) {
  const homes = ['packages', 'apps'].flatMap((home) =>
    fs
      .readdirSync(path.join(root, home))
      .map((name) => path.join(root, home, name))
      .filter((folder) => fs.existsSync(path.join(folder, 'package.json'))),
  );
  const markdown = [path.join(root, 'CONTRIBUTING.md'), ...[root, ...homes].map((folder) => path.join(folder, 'README.md'))].filter((file) => fs.existsSync(file));
  for (const file of markdown)
    for (const example of fromMarkdown(fs.readFileSync(file, 'utf8'))) yield { file: path.relative(root, file), ...example };
  for (const home of homes)
    for (const file of filesUnder(path.join(home, 'src'), '.ts'))
      for (const example of fromSource(fs.readFileSync(file, 'utf8'))) yield { file: path.relative(root, file), ...example };
}
