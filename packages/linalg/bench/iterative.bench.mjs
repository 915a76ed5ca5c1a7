// Times the iterative methods against the whole decomposition, Cholesky and, where python3 has it, scipy's eigsh (ARPACK) on one thread. Build first.
//   node bench/iterative.bench.mjs [--cpu] [--large] [--threads n]
// --cpu      count processor time instead of wall time: for a machine that is busy with other things
// --large    also n = 10,000 (2 GiB of memory, minutes)
// --threads  let the engine use n threads
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDiagonal, cholesky, eigh, gram, largestEigenpairs, matrix, nystrom, solveCholesky, solveRegularised, startThreads, stopThreads } from '@saddlepoint/linalg';
import { printTable, uniform } from './peers.mjs';

const cpu = process.argv.includes('--cpu');
const large = process.argv.includes('--large');
const threads = process.argv.includes('--threads') ? Number(process.argv[process.argv.indexOf('--threads') + 1]) : 1;
if (threads > 1) await startThreads({ threads });

const features = (n, d) => matrix(n, d, Float64Array.from({ length: n * d }, () => uniform() + uniform() + uniform()));

/** Gram matrix of noise: the 50 largest eigenvalues crowd at the edge of a Marchenko–Pastur law, the hardest case. */
const noise = (n) => gram(features(n, n / 2), { scale: 2 / n });

/** Kernel of a wide ReLU layer on random inputs in 20 dimensions: eigenvalues fall by degree of the polynomial. */
function reluKernel(n) {
  const { data } = gram(features(n, 20));
  const size = Float64Array.from({ length: n }, (_, i) => Math.sqrt(data[i * n + i]));
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const c = i === j ? 1 : Math.max(-1, Math.min(1, data[i * n + j] / size[i] / size[j]));
      data[i * n + j] = (Math.sqrt(1 - c * c) + c * (Math.PI - Math.acos(c))) / Math.PI;
    }
  return matrix(n, n, data);
}

function now() {
  if (!cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Seconds of the fastest of `runs` runs, and the last result. */
async function best(run, runs = 3) {
  let fastest = Infinity;
  let result;
  for (let i = 0; i < runs; i++) {
    const start = now();
    result = await run();
    fastest = Math.min(fastest, now() - start);
  }
  return { seconds: fastest / 1000, result };
}

/** Seconds of scipy's eigsh on the same matrix, one thread, with its largest residual. */
function arpack(A, k, tolerance, runs) {
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-bench-'));
  const file = join(folder, 'matrix');
  try {
    writeFileSync(file, new Uint8Array(A.data.buffer, A.data.byteOffset, A.data.byteLength));
    const script = `
import time, numpy
from scipy.sparse.linalg import eigsh
a = numpy.fromfile("${file}").reshape(${A.rows}, ${A.rows})
best = 1e9
for _ in range(${runs}):
    t = time.${cpu ? 'process_time' : 'perf_counter'}()
    w, v = eigsh(a, ${k}, which="LA", tol=${tolerance})
    best = min(best, time.${cpu ? 'process_time' : 'perf_counter'}() - t)
printTable(best, max(numpy.linalg.norm(a @ v - v * w, axis=0)) / max(abs(w)))`;
    const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
    const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8', env });
    return status === 0 ? stdout.trim().split(' ').map(Number) : [NaN, NaN];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const number = (value, digits = 2) => (Number.isNaN(value) ? '–' : value.toFixed(digits));
const tiny = (value) => (Number.isNaN(value) ? '–' : value.toExponential(1));

process.stdout.write(`node ${process.version}, ${threads} thread(s), ${cpu ? 'processor' : 'wall'} time\n\n`);

const sizes = large ? [1000, 2000, 4000, 10000] : [1000, 2000];
const pairs = [['50 largest pairs', 'n', 's', 'products', 'residual/‖A‖', 'eigh s', '× faster', 'eigsh s', 'residual/‖A‖', 'eigsh / ours']];
const solves = [['(K + σ²I)⁻¹B, relative residual 1e-10', 'n', 's', 'steps', 'residual', 'Cholesky s', '× faster']];
const ranks = [['rank 100', 'n', 's', 'bound/‖A‖', 'trace error/tr A']];
for (const n of sizes) {
  for (const [name, make] of [['ReLU kernel', reluKernel], ['Gram of noise', noise]]) {
    const A = make(n);
    const runs = n > 2000 ? 1 : 3;
    const { seconds, result } = await best(() => largestEigenpairs(A, 50), runs);
    const residual = Math.max(...result.residuals) / result.norm;
    const whole = n <= 2000 ? (await best(() => eigh(A), 1)).seconds : NaN;
    const [theirs, theirResidual] = arpack(A, 50, 1e-10, runs);
    pairs.push([
      name, String(n), number(seconds), String(result.applications), tiny(residual), number(whole), number(whole / seconds, 1), number(theirs),
      tiny(theirResidual), number(theirs / seconds),
    ]);
    if (name === 'Gram of noise') continue;
    for (const [columns, sigma2] of [[1, 1], [1, 0.1], [10, 0.1]]) {
      const B = features(n, columns);
      const { seconds: iterative, result: solution } = await best(() => solveRegularised(A, sigma2, B), runs);
      const direct = n <= 4000 ? (await best(() => solveCholesky(cholesky(addDiagonal(A, sigma2)), B), runs)).seconds : NaN;
      solves.push([
        `ReLU kernel, σ² = ${sigma2}, ${columns} column(s)`, String(n), number(iterative, 3), String(solution.iterations), tiny(solution.residual),
        number(direct, 3), number(direct / iterative, 1),
      ]);
    }
    const { seconds: sketching, result: low } = await best(() => nystrom(A, 100), runs);
    ranks.push(['nystrom, ReLU kernel', String(n), number(sketching), tiny(low.error.bound / result.norm), tiny(low.traceError / n)]);
  }
}
printTable(pairs);
printTable(solves);
printTable(ranks);
stopThreads();
