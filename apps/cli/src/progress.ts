import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '@saddlepoint/core';

/** Shows progress on stderr: a bar on a terminal, a line for each new stage elsewhere, nothing when quiet. */
export interface ProgressView {
  show(progress: Progress): void;
  stop(): void;
}

const silent: ProgressView = { show: () => undefined, stop: () => undefined };

function lines(): ProgressView {
  let last = '';
  return {
    show({ stage, fraction }) {
      const name = stage.split(':')[0] ?? stage;
      if (name === last) return;
      last = name;
      process.stderr.write(`${String(Math.round(100 * fraction)).padStart(3)}% ${name}\n`);
    },
    stop: () => undefined,
  };
}

function bar(): ProgressView {
  const view = new SingleBar(
    { stream: process.stderr, format: '{bar} {percentage}% {elapsed} {stage}', barsize: 24, hideCursor: true, clearOnComplete: true, linewrap: false, noTTYOutput: false },
    Presets.shades_classic,
  );
  const start = Date.now();
  const elapsed = (): string => `${Math.round((Date.now() - start) / 1000)} s`;
  view.start(1, 0, { stage: '', elapsed: elapsed() });
  return {
    show({ stage, fraction, detail }) {
      view.update(fraction, { stage: detail ? `${stage} · ${detail}` : stage, elapsed: elapsed() });
    },
    stop() {
      view.stop();
    },
  };
}

/** The view that fits where stderr goes. */
export function progressView(quiet: boolean): ProgressView {
  if (quiet) return silent;
  return process.stderr.isTTY ? bar() : lines();
}
