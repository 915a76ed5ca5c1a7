// A Chromium or Chrome for the page's tests: the one installed, else Playwright's own, else Debian's where root.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root, run } from './process.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

function installed() {
  const named = process.env.SADDLEPOINT_BROWSER ?? process.env.CHROME_PATH;
  if (named && fs.existsSync(named)) return named;
  for (const name of names) {
    const found = spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.split('\n')[0].trim();
  }
  return places.find((place) => fs.existsSync(place));
}

function playwright() {
  try {
    const require = createRequire(path.join(root, 'apps/web/package.json'));
    const file = execFileSync(process.execPath, ['-e', `process.stdout.write(require(${JSON.stringify(require.resolve('playwright-core'))}).chromium.executablePath())`], { encoding: 'utf8' });
    return { cli: path.join(path.dirname(require.resolve('playwright-core/package.json')), 'cli.js'), file };
  } catch {
    return undefined;
  }
}

/** The path of a browser, fetched where none is installed; undefined when none can be had. */
export async function ensureBrowser() {
  const own = installed();
  if (own) return own;
  const fetched = playwright();
  if (fetched) {
    if (fs.existsSync(fetched.file)) return fetched.file;
    process.stderr.write('\n▸ no Chromium found: fetching Playwright’s\n');
    await run(process.execPath, [fetched.cli, 'install', '--with-deps', '--only-shell', 'chromium'], { timeout: 300_000 });
    if (fs.existsSync(fetched.file)) return fetched.file;
  }
  if (process.getuid?.() === 0 && spawnSync('which', ['apt-get']).status === 0) {
    process.stderr.write('\n▸ no Chromium found: installing Debian’s\n');
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
    return installed();
  }
  return undefined;
}
