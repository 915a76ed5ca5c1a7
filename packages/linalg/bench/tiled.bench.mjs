// Times matrices in tiles on one thread and on all, and, where python3 has it, numpy on as many. Build first.
//   node bench/tiled.bench.mjs [--large]
// --large   only n = 20 000 and all threads, once: takes 5 GB (numpy another 10) and minutes
// "copying" is the share of time spent in copies between engine and tiles; they run on one thread.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { matrix, multiplyTiled, solveTiledCholesky, startThreads, tiledCholesky, tiledFrom, tiledGram } from '@saddlepoint/linalg';
import { printTable, uniform } from './peers.mjs';

const large = process.argv.includes('--large');
const sizes = large ? [20000] : [4000, 8000];
const threadCounts = large ? [availableParallelism()] : [...new Set([1, availableParallelism()])];
const FEATURES = 784;

// Every copy is made by one of these.
let copying = 0;
for (const name of ['set', 'slice']) {
  const { prototype } = Object.getPrototypeOf(Float64Array);
  const original = prototype[name];
  prototype[name] = function (...rest) {
    const start = performance.now();
    const value = original.apply(this, rest);
    copying += performance.now() - start;
    return value;
  };
}

const random = (rows, cols) => matrix(rows, cols, Float64Array.from({ length: rows * cols }, uniform));

/** exp(−|i − j|/1000) + δ_ij: positive definite, and so smooth that nothing underflows. */
const kernel = (rows, cols) => {
  const K = matrix(rows.to - rows.from, cols.to - cols.from);
  for (let i = 0; i < K.rows; i++)
    for (let j = 0; j < K.cols; j++) {
      const distance = Math.abs(rows.from + i - cols.from - j);
      K.data[i * K.cols + j] = Math.exp(-distance / 1000) + (distance === 0 ? 1 : 0);
    }
  return K;
};

async function best(run) {
  let fastest = { seconds: Infinity, share: NaN };
  for (let i = 0; i < (large ? 1 : 3); i++) {
    copying = 0;
    const start = performance.now();
    await run();
    const time = performance.now() - start;
    if (time / 1000 < fastest.seconds) fastest = { seconds: time / 1000, share: copying / time };
  }
  return fastest;
}

function numpySeconds(setup, expression, threads) {
  const script = `
import numpy, time
g = numpy.random.default_rng(1)
${setup}
best = 1e9
for run in range(${large ? 1 : 3}):
    t = time.perf_counter()
    ${expression}
    best = min(best, time.perf_counter() - t)
print(best)`;
  const count = String(threads);
  const env = { ...process.env, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count, OMP_NUM_THREADS: count };
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8', env });
  return status === 0 ? Number(stdout) : NaN;
}

const cell = (value) => (Number.isNaN(value) ? '–' : value < 0.1 ? value.toPrecision(2) : value.toFixed(2));
const rows = [['task', 'n', 'threads', 's', 'GFLOP/s', 'copying', 'numpy s']];
for (const n of sizes) {
  const setupX = `x = g.uniform(-1, 1, (${n}, ${FEATURES}))`;
  const setupK = `d = numpy.abs(numpy.subtract.outer(numpy.arange(${n}.0), numpy.arange(${n}.0)))\nk = numpy.exp(-d / 1000) + numpy.eye(${n})\ndel d`;
  for (const threads of threadCounts) {
    await startThreads({ threads });
    const add = async (task, flops, run, setup, expression) => {
      const { seconds, share } = await best(run);
      const numpy = numpySeconds(setup, expression, threads);
      rows.push([task, String(n), String(threads), cell(seconds), cell(flops / seconds / 1e9), `${(100 * share).toFixed(1)} %`, cell(numpy)]);
    };
    const X = random(n, FEATURES);
    await add(`Gram, ${FEATURES} features`, n * n * FEATURES, () => tiledGram(X), setupX, 'x @ x.T');
    const K = await tiledFrom(n, kernel);
    const [b1, b10] = [random(n, 1), random(n, 10)];
    await add('product, 1 column', 2 * n * n, () => multiplyTiled(K, b1), `${setupK}\nx = g.uniform(-1, 1, (${n}, 1))`, 'k @ x');
    await add('product, 10 columns', 20 * n * n, () => multiplyTiled(K, b10), `${setupK}\nx = g.uniform(-1, 1, (${n}, 10))`, 'k @ x');
    let chol;
    await add('Cholesky', n ** 3 / 3, async () => (chol = await tiledCholesky(K, { overwrite: large })), setupK, 'numpy.linalg.cholesky(k)');
    await add('solve, 10 right-hand sides', 20 * n * n, () => solveTiledCholesky(chol, b10), 'pass', 'raise SystemExit(1)');
  }
}
process.stdout.write(`node ${process.version}, wall time, ${large ? 'once' : 'best of three'}\n\n`);
printTable(rows);
