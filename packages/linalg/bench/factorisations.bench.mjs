// Times QR, SVD, LDLᵀ and least squares against ml-matrix (same process) and, where python3 has them, numpy and scipy on one thread.
// Build first.
//   node bench/factorisations.bench.mjs [--cpu] [--large]
// --cpu     count processor time instead of wall time: for a machine that is busy with other things
// --large   also n = 2000, and ml-matrix at 1000, where its SVD takes a minute
import { spawnSync } from 'node:child_process';
import { ldlt, leastSquares, matrix, qr, svd } from '@saddlepoint/linalg';
import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';
import { printTable, uniform } from './peers.mjs';

const cpu = process.argv.includes('--cpu');
const large = process.argv.includes('--large');
const PEER_MAX = large ? 1000 : 500;

const random = (m, n) => matrix(m, n, Float64Array.from({ length: m * n }, uniform));
const symmetric = (n) => {
  const A = random(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) A.data[j * n + i] = A.data[i * n + j];
  return A;
};
const theirs = (A) => Matrix.from1DArray(A.rows, A.cols, Array.from(A.data));

function now() {
  if (!cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of the fastest run, repeating up to `seconds` but at least `least` times. */
function best(run, { seconds = 2, least = 3 } = {}) {
  let fastest = Infinity;
  let spent = 0;
  for (let i = 0; i < least || (spent < seconds * 1000 && i < 20000); i++) {
    const start = now();
    run();
    const time = now() - start;
    fastest = Math.min(fastest, time);
    spent += time;
  }
  return fastest;
}

const sizes = [5, 20, 100, 500, 1000, ...(large ? [2000] : [])];
const square = (list) => list.map((n) => [n, n]);
const tasks = [
  { name: 'qr', shapes: [...square(sizes), [2000, 200]], ours: (A) => qr(A), peer: (A) => new QrDecomposition(A).orthogonalMatrix, numpy: 'numpy.linalg.qr(a)' },
  {
    name: 'svd', shapes: [...square(sizes), [2000, 200], [200, 2000]], ours: (A) => svd(A),
    peer: (A) => new SingularValueDecomposition(A, { autoTranspose: true }), numpy: 'numpy.linalg.svd(a, full_matrices=False)',
  },
  {
    name: 'svd, values only', shapes: square(sizes.slice(2)), ours: (A) => svd(A, { vectors: false }),
    peer: (A) => new SingularValueDecomposition(A, { computeLeftSingularVectors: false, computeRightSingularVectors: false }),
    numpy: 'numpy.linalg.svd(a, compute_uv=False)',
  },
  { name: 'least squares', shapes: [[2000, 200]], ours: (A) => leastSquares(A, A), numpy: 'numpy.linalg.lstsq(a, a, rcond=None)' },
  { name: 'LDLT', shapes: square(sizes), symmetric: true, ours: (A) => ldlt(A), numpy: 'scipy.linalg.lapack.dsytrf(s)' },
];

function numpyTime(expression, m, n) {
  const clock = cpu ? 'process_time' : 'perf_counter';
  const script = `
import numpy, time
${expression.startsWith('scipy') ? 'import scipy.linalg' : ''}
g = numpy.random.default_rng(1)
a = g.uniform(-1, 1, (${m}, ${n}))
s = a + a.T if ${m} == ${n} else None
best = 1e9
spent = 0
runs = 0
while runs < 3 or (spent < 2 and runs < 20000):
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
const rows = [['task', 'size', 'ms', 'ml-matrix ms', '× faster', 'numpy ms', 'ours / numpy']];
for (const { name, shapes, symmetric: isSymmetric, ours, peer, numpy } of tasks) {
  for (const [m, n] of shapes) {
    const A = isSymmetric ? symmetric(n) : random(m, n);
    const time = best(() => ours(A));
    const B = peer && Math.max(m, n) <= PEER_MAX ? theirs(A) : undefined;
    const other = B ? best(() => peer(B), { least: n > 400 ? 1 : 3, seconds: 1 }) : NaN;
    const reference = numpyTime(numpy, m, n);
    rows.push([name, `${m}×${n}`, cell(time), cell(other), cell(other / time), cell(reference), cell(time / reference, 2)]);
  }
}
process.stdout.write(`node ${process.version}, one thread, best of several runs, ${cpu ? 'processor' : 'wall'} time\n\n`);
printTable(rows);
