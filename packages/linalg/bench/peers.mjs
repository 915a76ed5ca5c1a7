// What the benchmarks of this package share: a clock, a table, and NumPy in one process per number of threads.
import { spawnSync } from 'node:child_process';

let state = 12345;
/** A uniform number in (−1, 1): the minimal standard generator. */
export const uniform = () => {
  state = (state * 48271) % 2147483647;
  return (2 * state) / 2147483647 - 1;
};

/** Milliseconds of the fastest run, repeating up to `seconds` but at least `least` times after one that is not counted. */
export function best(run, { seconds = 2, least = 3, warm = true } = {}) {
  if (warm) run();
  let fastest = Infinity;
  const begun = performance.now();
  for (let i = 0; i < least || (performance.now() - begun < seconds * 1000 && i < 20000); i++) {
    const start = performance.now();
    run();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

/** Microseconds of a call too short for one reading of the clock: the fastest batch of `calls`. */
export const perCall = (run, calls) =>
  best(
    () => {
      for (let i = 0; i < calls; i++) run();
    },
    { seconds: 1 },
  ) / calls;

/** A number for a cell; an en dash for what was not measured. */
export const cell = (value, digits = 1) => (value === undefined || Number.isNaN(value) ? '–' : value < 1 ? value.toPrecision(2) : value.toFixed(digits));

/** Prints rows, the first a heading, as a Markdown table whose first `left` columns are text. */
export function printTable(rows, { left = 1 } = {}) {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  rows.forEach((row, i) => {
    process.stdout.write(`| ${row.map((text, k) => (k < left ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join(' | ')} |\n`);
    if (i === 0) process.stdout.write(`| ${widths.map((w, k) => (k < left ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`)).join(' | ')} |\n`);
  });
  process.stdout.write('\n');
}

/**
 * Milliseconds that NumPy takes for each `{ expression, n }` on `threads` threads, or undefined where python3 or numpy is missing. `a` is a
 * random n×n matrix, `s` = a aᵀ/n + 0.1.
 */
export function numpyTimes(tasks, threads) {
  const script = `
import json, numpy, time
tasks = json.loads('''${JSON.stringify(tasks)}''')
out = []
made = {}
for task in tasks:
    n = task['n']
    if n not in made:
        a = numpy.random.default_rng(1).uniform(-1, 1, (n, n))
        made[n] = a, a @ a.T / n + 0.1 * numpy.eye(n)
    a, s = made[n]
    run = eval('lambda: ' + task['expression'])
    run()
    best, spent, runs = 1e9, 0, 0
    while runs < 3 or (spent < 0.6 and runs < 2000):
        t = time.perf_counter()
        run()
        t = time.perf_counter() - t
        best, spent, runs = min(best, t), spent + t, runs + 1
    out.append(best * 1000)
print(json.dumps({'times': out, 'version': numpy.__version__}))`;
  const count = String(threads);
  const { status, stdout } = spawnSync('python3', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count, OMP_NUM_THREADS: count },
  });
  return status === 0 ? JSON.parse(stdout) : undefined;
}
