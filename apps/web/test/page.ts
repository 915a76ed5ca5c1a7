import fs from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { preview, type PreviewServer } from 'vite';

const app = path.resolve(import.meta.dirname, '..');

/** A built page on a local server, and a browser to look at it with. */
export interface Stage {
  readonly url: string;
  open(hash?: string, size?: { width: number; height: number }): Promise<Visit>;
  close(): Promise<void>;
}

/** One visit: the page, and everything it should not have done. */
export interface Visit {
  readonly page: Page;
  /** Console errors and warnings, uncaught errors, requests that failed or left this machine. */
  readonly faults: readonly string[];
}

function browserPath(): string {
  const named = process.env.SADDLEPOINT_BROWSER;
  const candidates = named === undefined ? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'] : [named];
  const found = candidates.find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`no browser at ${candidates.join(', ')}: install Chromium or set SADDLEPOINT_BROWSER to its path`);
  return found;
}

/** What makes a page cross-origin isolated, so that its workers can share memory. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serves the built page, cross-origin isolated or not, and starts the browser. */
export async function stage({ isolated = true } = {}): Promise<Stage> {
  if (!fs.existsSync(path.join(app, 'dist/index.html'))) throw new Error('the page is not built: run `pnpm build` first');
  const server: PreviewServer = await preview({ root: app, configFile: false, base: './', logLevel: 'error', preview: { port: 0, host: '127.0.0.1', headers: isolated ? isolation : {} } });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('the preview server has no port');
  const url = `http://127.0.0.1:${address.port}/`;
  const browser: Browser = await chromium.launch({
    executablePath: browserPath(),
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return {
    url,
    async open(hash = '', viewport = { width: 1280, height: 800 }) {
      const page = await browser.newPage({ viewport });
      const faults: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
      });
      page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
      page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
      page.on('request', (request) => {
        if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) faults.push(`external: ${request.url()}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
      });
      await page.goto(url + hash);
      return { page, faults };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The full-precision number that a readout shows rounded. */
export const readout = async (page: Page, testId: string): Promise<number> => Number(await page.getByTestId(testId).getAttribute('data-value'));

/** Waits until the readout differs from `before`, and returns it. */
export async function changed(page: Page, testId: string, before: number): Promise<number> {
  await page.waitForFunction(
    ([id, old]) => {
      const value = document.querySelector(`[data-testid=${id}]`)?.getAttribute('data-value');
      return value !== null && value !== undefined && Number(value) !== old;
    },
    [testId, before] as const,
  );
  return readout(page, testId);
}

/** Waits until the learning curve stands on the page. */
export async function curveDrawn(page: Page): Promise<void> {
  await page.waitForSelector('[data-testid=curve-figure] svg .mark-line path');
  await page.waitForFunction(() => document.querySelector('[data-testid=predicted-error]')?.hasAttribute('data-value'));
}
