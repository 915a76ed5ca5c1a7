// Times this package against ml-matrix (same process) and, where python3 has it, numpy on one thread. Build first.
//   node bench/linalg.bench.mjs [--cpu] [--large]
// --cpu     count processor time instead of wall time: for a machine that is busy with other things
// --large   also the sizes at which ml-matrix takes minutes
import { spawnSync } from 'node:child_process';
import { addDiagonal, cholesky, eigh, gram, invertCholesky, matrix, multiply, solveCholesky } from '@saddlepoint/linalg';
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';

const cpu = process.argv.includes('--cpu');
const large = process.argv.includes('--large');

let state = 12345;
const uniform = () => {
  state = (state * 48271) % 2147483647;
  return (2 * state) / 2147483647 - 1;
};
const random = (n) => matrix(n, n, Float64Array.from({ length: n * n }, uniform));
const positive = (n) => addDiagonal(gram(random(n), { scale: 1 / n }), 0.1);
const theirs = (A) => Matrix.from1DArray(A.rows, A.cols, Array.from(A.data));

function now() {
  if (!cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of the fastest run, repeating up to `seconds` but at least `least` times. */
function best(run, { seconds = 3, least = 3 } = {}) {
  let fastest = Infinity;
  let spent = 0;
  for (let i = 0; i < least || (spent < seconds * 1000 && i < 1000); i++) {
    const start = now();
    run();
    const time = now() - start;
    fastest = Math.min(fastest, time);
    spent += time;
  }
  return fastest;
}

const cube = (factor) => (n) => factor * n ** 3;
const spd = new Map();
const positiveOf = (n) => spd.get(n) ?? spd.set(n, positive(n)).get(n);

const tasks = [
  { name: 'multiply', sizes: [128, 1024], flops: cube(2), make: random, ours: (A) => multiply(A, A), peer: (A) => A.mmul(A), peerMax: 1024, numpy: 'a @ a' },
  { name: 'gram', sizes: [1024], flops: cube(1), make: random, ours: (A) => gram(A), peer: (A) => A.mmul(A.transpose()), peerMax: 1024, numpy: 'a @ a.T' },
  { name: 'cholesky', sizes: [1000, 2000], flops: cube(1 / 3), make: positiveOf, ours: (A) => cholesky(A), peer: (A) => new CholeskyDecomposition(A), peerMax: 1000, numpy: 'numpy.linalg.cholesky(s)' },
  { name: 'solve SPD, n right-hand sides', sizes: [1000], flops: cube(7 / 3), make: positiveOf, ours: (A) => solveCholesky(cholesky(A), A), peer: (A) => new CholeskyDecomposition(A).solve(A), peerMax: 1000, numpy: 'numpy.linalg.solve(s, s)' },
  { name: 'invert SPD', sizes: [1000], flops: cube(1), make: positiveOf, ours: (A) => invertCholesky(cholesky(A)), numpy: 'numpy.linalg.inv(s)' },
  { name: 'eigh', sizes: [5, 100, 500, 1000, 2000], flops: cube(16 / 3), make: positiveOf, ours: (A) => eigh(A), peer: (A) => new EigenvalueDecomposition(A, { assumeSymmetric: true }), peerMax: large ? 2000 : 1000, numpy: 'numpy.linalg.eigh(s)' },
  { name: 'eigh, values only', sizes: [500, 1000, 2000], flops: cube(4 / 3), make: positiveOf, ours: (A) => eigh(A, { vectors: false }), numpy: 'numpy.linalg.eigvalsh(s)' },
];

function numpyTime(expression, n) {
  const clock = cpu ? 'process_time' : 'perf_counter';
  const script = `
import numpy, time
g = numpy.random.default_rng(1)
a = g.uniform(-1, 1, (${n}, ${n}))
s = a @ a.T / ${n} + 0.1 * numpy.eye(${n})
best = 1e9
spent = 0
runs = 0
while runs < 3 or (spent < 2 and runs < 1000):
    t = time.${clock}()
    ${expression}
    t = time.${clock}() - t
    best = min(best, t)
    spent += t
    runs += 1
print(best * 1000)`;
  const { status, stdout } = spawnSync('python3', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
  });
  return status === 0 ? Number(stdout) : NaN;
}

const cell = (value, digits = 1) => (Number.isNaN(value) ? '–' : value < 1 ? value.toPrecision(2) : value.toFixed(digits));
const rows = [['task', 'n', 'ms', 'GFLOP/s', 'ml-matrix ms', '× faster', 'numpy ms', 'numpy / ours']];
for (const { name, sizes, flops, make, ours, peer, peerMax, numpy } of tasks) {
  for (const n of sizes) {
    const A = make(n);
    const time = best(() => ours(A));
    const B = peer && n <= peerMax ? theirs(A) : undefined;
    const other = B ? best(() => peer(B), { least: n > 600 ? 1 : 3, seconds: 1 }) : NaN;
    const reference = numpyTime(numpy, n);
    rows.push([name, String(n), cell(time), cell(flops(n) / time / 1e6), cell(other), cell(other / time), cell(reference), cell(reference / time, 2)]);
  }
}
const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
process.stdout.write(`node ${process.version}, one thread, best of several runs, ${cpu ? 'processor' : 'wall'} time\n\n`);
rows.forEach((row, i) => {
  process.stdout.write(`| ${row.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join(' | ')} |\n`);
  if (i === 0) process.stdout.write(`| ${widths.map((w, k) => (k === 0 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`)).join(' | ')} |\n`);
});
