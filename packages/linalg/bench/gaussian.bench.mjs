// Nanoseconds per pair of the loops that wide-network kernels spend their time in, on one and two threads, beside NumPy's formula for the same
// layer on one thread. Build first.
//   node bench/gaussian.bench.mjs [--cpu]
// --cpu     count processor time instead of wall time (one thread): for a machine that is busy with other things
import { spawnSync } from 'node:child_process';
import { engineStatus, startThreads, stopThreads } from '@saddlepoint/linalg';
import { withEngine } from '@saddlepoint/linalg/engine';
import { cell, printTable, uniform } from './peers.mjs';

const cpu = process.argv.includes('--cpu');
const SIZE = 1000;
const FEATURES = 20;
const TERMS = 12;
const RUNS = 15;

const X = Float64Array.from({ length: SIZE * FEATURES }, uniform);
const inner = (i, j) => {
  let sum = 0;
  for (let k = 0; k < FEATURES; k++) sum += X[i * FEATURES + k] * X[j * FEATURES + k];
  return sum / FEATURES;
};
const q = Float64Array.from({ length: SIZE }, (_, i) => inner(i, i));
const c = Float64Array.from({ length: SIZE * SIZE }, (_, n) => inner(Math.floor(n / SIZE), n % SIZE));
const s = c.map((x, n) => Math.sqrt(Math.max(0, q[Math.floor(n / SIZE)] * q[n % SIZE] - x * x)));
const coefficients = Float64Array.from({ length: SIZE * TERMS }, (_, n) => 0.5 ** (n % TERMS));

const LAYER = [1.7, 0.05, 1.7, 0.05];
const pair = (p) => [SIZE, SIZE, SIZE, -1, p.q, p.r, p.q, p.r, p.c];
const jobs = [
  { name: 'piecewise linear: c, s, t', run: (k, p) => k.mapPiecewiseLinear(...pair(p), p.s, p.t, 0.5, 0.5, ...LAYER), numpy: 'relu(True)' },
  { name: 'piecewise linear: c, s', run: (k, p) => k.mapPiecewiseLinear(...pair(p), p.s, 0, 0.5, 0.5, ...LAYER) },
  { name: 'piecewise linear: c, t', run: (k, p) => k.mapPiecewiseLinear(...pair(p), 0, p.t, 0.5, 0.5, ...LAYER), numpy: 'relu(True)' },
  { name: 'piecewise linear: c', run: (k, p) => k.mapPiecewiseLinear(...pair(p), 0, 0, 0.5, 0.5, ...LAYER), numpy: 'relu(False)' },
  { name: 'erf: c, t', run: (k, p) => k.mapErf(...pair(p), 0, p.t, 1, 1, 0, ...LAYER), numpy: 'erf(True)' },
  { name: 'gelu: c, t', run: (k, p) => k.mapGelu(...pair(p), 0, p.t, 1, 1, ...LAYER) },
  { name: 'sin: c, t', run: (k, p) => k.mapSine(0, ...pair(p), 0, p.t, 1, 1, ...LAYER) },
  { name: 'exp: c, t', run: (k, p) => k.mapExp(...pair(p), 0, p.t, 1, 1, ...LAYER) },
  { name: 'Gaussian: c, t', run: (k, p) => k.mapGaussian(...pair(p), 0, p.t, 1, 1, ...LAYER) },
  {
    name: `series of ${TERMS} and ${TERMS} terms: c, t`,
    run: (k, p) => k.mapSeries(SIZE, SIZE, SIZE, -1, p.r, p.r, p.c, p.t, p.a, p.a, p.a, p.a, TERMS, 1, 2, TERMS, 0, 2, ...LAYER, -1e9),
  },
  { name: `series of ${TERMS} terms: c`, run: (k, p) => k.mapSeries(SIZE, SIZE, SIZE, -1, p.r, p.r, p.c, 0, p.a, p.a, 0, 0, TERMS, 1, 2, 0, 0, 1, ...LAYER, -1e9) },
  { name: 'sine norm of a sum', run: (k, p) => k.combineSines(SIZE, SIZE, SIZE, -1, p.r, p.r, p.c, p.s, p.r, p.r, p.t, p.s) },
  { name: 'sine norm to distance', run: (k, p) => k.sineToDistance(...pair(p), p.s) },
  { name: 'distance to sine norm', run: (k, p) => k.distanceToSine(...pair(p), p.s) },
  { name: 'plane += factor·plane', run: (k, p) => k.accumulatePlane(SIZE, SIZE, p.c, SIZE, p.t, SIZE, 0.3), numpy: 'accumulate()' },
  { name: 'mirrored triangle', run: (k, p) => k.mirrorLower(SIZE, p.c, SIZE) },
];

function now() {
  if (!cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Nanoseconds per pair of the fastest of RUNS runs, each on fresh planes. */
const nanoseconds = (run) =>
  withEngine(4 * SIZE * SIZE + SIZE * (TERMS + 4), ({ kernels, upload, heap }) => {
    const [C, S, T] = [c, s, c].map(upload);
    const planes = { c: C, s: S, t: T, q: upload(q), r: upload(q.map(Math.sqrt)), a: upload(coefficients) };
    let fastest = Infinity;
    for (let i = 0; i < RUNS; i++) {
      heap.set(c, C / 8);
      heap.set(s, S / 8);
      heap.set(c, T / 8);
      const start = now();
      run(kernels, planes);
      fastest = Math.min(fastest, now() - start);
    }
    return (fastest * 1e6) / (SIZE * SIZE);
  });

function numpyTime(call) {
  const script = `
import numpy as np, time
n = ${SIZE}
x = np.random.default_rng(1).uniform(-1, 1, (n, ${FEATURES}))
c = x @ x.T / ${FEATURES}
q = np.diag(c).copy()
r = np.sqrt(q)
def relu(ntk):
    u = np.outer(r, r)
    rho = np.clip(c / u, -1, 1)
    angle = np.pi - np.arccos(rho)
    k = 1.7 * u * (np.sqrt(1 - rho * rho) + rho * angle) / (2 * np.pi) + 0.05
    return (k, k + 1.7 * c * angle / (2 * np.pi)) if ntk else k
def erf(ntk):
    e = np.outer(1 + 2 * q, 1 + 2 * q)
    k = 1.7 * 2 / np.pi * np.arcsin(2 * c / np.sqrt(e)) + 0.05
    return k, k + 1.7 * c * 4 / np.pi / np.sqrt(e - 4 * c * c)
target = c.copy()
def accumulate():
    global target
    target += 0.3 * c
best = 1e9
for _ in range(${RUNS}):
    t = time.${cpu ? 'process_time' : 'perf_counter'}()
    ${call}
    best = min(best, time.${cpu ? 'process_time' : 'perf_counter'}() - t)
print(best * 1e9 / (n * n))`;
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
  return status === 0 ? Number(stdout) : NaN;
}

const alone = jobs.map(({ run }) => nanoseconds(run));
const { fallback } = cpu ? { fallback: 'processor time' } : await startThreads({ threads: 2 });
const together = jobs.map(({ run }) => (fallback === null ? nanoseconds(run) : NaN));
stopThreads();
const rows = [['loop', '1 thread, ns', '2 threads, ns', 'gain', 'numpy, ns', '× faster']];
jobs.forEach(({ name, numpy }, i) => {
  const peer = numpy === undefined ? NaN : numpyTime(numpy);
  rows.push([name, cell(alone[i], 2), cell(together[i], 2), cell(alone[i] / together[i], 2), cell(peer), cell(peer / alone[i])]);
});
process.stdout.write(`node ${process.version}, ${engineStatus().build} engine, planes of ${SIZE}×${SIZE} pairs, best of ${RUNS} runs, ${cpu ? 'processor' : 'wall'} time per pair\n\n`);
printTable(rows);
