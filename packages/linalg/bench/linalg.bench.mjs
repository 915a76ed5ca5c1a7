// Times this package on one and two threads against ml-matrix and numpy-ts (same process) and, where python3 has it, NumPy on one and two
// threads. Build first.   node bench/linalg.bench.mjs [--large]
// --large   also the goals at n = 10 000 and 20 000, and the sizes at which the JavaScript peers take minutes (half an hour in all)
import { availableParallelism } from 'node:os';
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import * as np from 'numpy-ts';
import { addDiagonal, cholesky, eigh, engineStatus, gram, invertCholesky, matrix, multiply, resident, solveCholesky, startThreads, stopThreads } from '@saddlepoint/linalg';
import { withEngine } from '../dist/engine/engine.js';
import { largeGoals } from './large.mjs';
import { best, cell, numpyTimes, perCall, printTable, uniform } from './peers.mjs';

const large = process.argv.includes('--large');
const MOST_PEER = large ? Infinity : 1024;

const random = (n) => matrix(n, n, Float64Array.from({ length: n * n }, uniform));
const matrices = new Map();
function inputs(n) {
  if (!matrices.has(n)) {
    const a = random(n);
    matrices.set(n, { a, s: addDiagonal(gram(a, { scale: 1 / n }), 0.1) });
  }
  return matrices.get(n);
}

/** What two matrices of 4 columns and rows in the first-level cache allow: GFLOP/s of the innermost loop alone. */
function microkernelCeiling() {
  const k = 512;
  return withEngine(16 * k, ({ kernels, zeros }) => {
    const a = zeros(4 * k);
    const b = zeros(4 * k);
    const c = zeros(16);
    const calls = 2000;
    return (32 * k * calls) / best(() => {
      for (let i = 0; i < calls; i++) kernels.microkernel(k, a, b, c, 32);
    }) / 1e6;
  });
}

/** One row per task and size: flops, ours (plain and, where it differs, in engine memory), peers by name. */
const tasks = [
  { name: 'multiply', n: 128, flops: 2, ours: ({ a }) => multiply(a, a), ml: ({ a }) => a.mmul(a), ts: ({ a }) => np.matmul(a, a), numpy: 'a @ a' },
  { name: 'multiply', n: 1024, flops: 2, ours: ({ a }) => multiply(a, a), ml: ({ a }) => a.mmul(a), ts: ({ a }) => np.matmul(a, a), numpy: 'a @ a' },
  { name: 'multiply, resident', n: 1024, flops: 2, resident: true, ours: ({ a }) => multiply(a, a).dispose(), numpy: 'a @ a' },
  { name: 'gram', n: 1024, flops: 1, ours: ({ a }) => gram(a), ml: ({ a }) => a.mmul(a.transpose()), ts: ({ a }) => np.matmul(a, np.transpose(a)), numpy: 'a @ a.T' },
  { name: 'cholesky', n: 1000, flops: 1 / 3, ours: ({ s }) => cholesky(s), ml: ({ s }) => new CholeskyDecomposition(s), ts: ({ s }) => np.linalg.cholesky(s), numpy: 'numpy.linalg.cholesky(s)' },
  { name: 'cholesky', n: 2000, flops: 1 / 3, ours: ({ s }) => cholesky(s), ml: ({ s }) => new CholeskyDecomposition(s), ts: ({ s }) => np.linalg.cholesky(s), numpy: 'numpy.linalg.cholesky(s)' },
  { name: 'cholesky, resident', n: 2000, flops: 1 / 3, resident: true, ours: ({ s }) => cholesky(s).factor.dispose(), numpy: 'numpy.linalg.cholesky(s)' },
  { name: 'solve SPD, n right-hand sides', n: 1000, flops: 7 / 3, ours: ({ a, s }) => solveCholesky(cholesky(s), a), ml: ({ a, s }) => new CholeskyDecomposition(s).solve(a), ts: ({ a, s }) => np.linalg.solve(s, a), numpy: 'numpy.linalg.solve(s, a)', slowPeer: true },
  { name: 'invert SPD', n: 1000, flops: 1, ours: ({ s }) => invertCholesky(cholesky(s)), ts: ({ s }) => np.linalg.inv(s), numpy: 'numpy.linalg.inv(s)' },
  { name: 'eigh', n: 5, flops: 16 / 3, short: true, ours: ({ s }) => eigh(s), ml: ({ s }) => new EigenvalueDecomposition(s, { assumeSymmetric: true }), ts: ({ s }) => np.linalg.eigh(s), numpy: 'numpy.linalg.eigh(s)' },
  { name: 'eigh', n: 50, flops: 16 / 3, ours: ({ s }) => eigh(s), ml: ({ s }) => new EigenvalueDecomposition(s, { assumeSymmetric: true }), ts: ({ s }) => np.linalg.eigh(s), numpy: 'numpy.linalg.eigh(s)' },
  { name: 'eigh', n: 256, flops: 16 / 3, ours: ({ s }) => eigh(s), ml: ({ s }) => new EigenvalueDecomposition(s, { assumeSymmetric: true }), ts: ({ s }) => np.linalg.eigh(s), numpy: 'numpy.linalg.eigh(s)' },
  ...[500, 1000, 2000].map((n) => ({ name: 'eigh', n, flops: 16 / 3, ours: ({ s }) => eigh(s), ml: ({ s }) => new EigenvalueDecomposition(s, { assumeSymmetric: true }), numpy: 'numpy.linalg.eigh(s)' })),
  ...[500, 1000, 2000].map((n) => ({ name: 'eigh, values only', n, flops: 4 / 3, ours: ({ s }) => eigh(s, { vectors: false }), numpy: 'numpy.linalg.eigvalsh(s)' })),
];

const timeOf = (task, run) => (task.short ? perCall(run, 2000) : best(run, { seconds: task.n >= 1000 ? 1.5 : 0.7 }));

function ours(task) {
  const { a, s } = inputs(task.n);
  if (!task.resident) return timeOf(task, () => task.ours({ a, s }));
  const here = { a: resident(a), s: resident(s) };
  const time = timeOf(task, () => task.ours(here));
  here.a.dispose();
  here.s.dispose();
  return time;
}

function peer(task, run, convert) {
  if (run === undefined || task.n > MOST_PEER || (task.slowPeer && !large)) return undefined;
  const { a, s } = inputs(task.n);
  const theirs = { a: convert(a), s: convert(s) };
  return task.short ? perCall(() => run(theirs), 2000) : best(() => run(theirs), { seconds: 0.5, least: 1, warm: task.n < 100 });
}

const ceiling = microkernelCeiling();
const one = tasks.map(ours);
const threads = Math.min(2, availableParallelism());
if (threads > 1) await startThreads({ threads });
const two = threads > 1 ? tasks.map((task) => (task.short ? undefined : ours(task))) : [];
stopThreads();
const ml = tasks.map((task) => peer(task, task.ml, (A) => Matrix.from1DArray(A.rows, A.cols, Array.from(A.data))));
const ts = tasks.map((task) => peer(task, task.ts, (A) => np.array(Array.from({ length: A.rows }, (_, i) => Array.from(A.data.subarray(i * A.cols, (i + 1) * A.cols))))));
const wanted = tasks.map(({ numpy, n }) => ({ expression: numpy, n }));
const numpyOne = numpyTimes(wanted, 1);
const numpyTwo = threads > 1 ? numpyTimes(wanted, 2) : undefined;

process.stdout.write(`node ${process.version}, ${engineStatus().build} SIMD, wall time of the fastest of several runs, ms; numpy ${numpyOne?.version ?? 'not found'}\n`);
process.stdout.write(`innermost loop alone: ${ceiling.toFixed(1)} GFLOP/s\n\n`);
printTable([
  ['task', 'n', '1 thread', 'GFLOP/s', '2 threads', 'gain', 'ml-matrix', '× faster', 'numpy-ts', '× faster', 'numpy 1', 'ours / numpy', 'numpy 2', 'ours / numpy'],
  ...tasks.map(({ name, n, flops }, i) => [
    name, String(n), cell(one[i]), cell((flops * n ** 3) / one[i] / 1e6), cell(two[i]), cell(one[i] / two[i], 2),
    cell(ml[i]), cell(ml[i] / one[i]), cell(ts[i]), cell(ts[i] / one[i]),
    cell(numpyOne?.times[i]), cell(one[i] / numpyOne?.times[i], 2), cell(numpyTwo?.times[i]), cell(two[i] / numpyTwo?.times[i], 2),
  ]),
]);

const at = (name, n) => tasks.findIndex((task) => task.name === name && task.n === n);
const gemm = at('multiply, resident', 1024);
const row = (work, value, least, reached) => [work, value, least, Number.isNaN(reached) ? 'not measured' : reached ? 'yes' : 'no'];
const ratio = (name, n) => one[at(name, n)] / (numpyOne?.times[at(name, n)] ?? NaN);
const gain = (name, n) => one[at(name, n)] / (two[at(name, n)] ?? NaN);
const judged = (value, test) => (Number.isNaN(value) ? NaN : test);
const share = (2 * 1024 ** 3) / one[gemm] / 1e6 / ceiling;
const values = (n) => one[at('eigh', n)] / one[at('eigh, values only', n)];
printTable([
  ['goal', 'measured', 'at least', 'reached'],
  row('GEMM n=1024, of the innermost loop', `${(100 * share).toFixed(0)}%`, '80%', share >= 0.8),
  ...[['multiply, resident', 1024, 1.8], ['cholesky, resident', 2000, 1.6], ['eigh', 2000, 1.5]].map(([name, n, least]) =>
    row(`two threads over one, ${name} n=${n}`, `${gain(name, n).toFixed(2)}×`, `${least}×`, judged(gain(name, n), gain(name, n) >= least))),
  ...[['cholesky', 2000, 3], ['eigh', 1000, 4], ['eigh', 2000, 4]].map(([name, n, most]) =>
    row(`${name} n=${n} over numpy, one thread`, `${ratio(name, n).toFixed(2)}×`, `≤ ${most}×`, judged(ratio(name, n), ratio(name, n) <= most))),
  ...[1000, 2000].map((n) => row(`values only over values and vectors, n=${n}`, `${values(n).toFixed(2)}× faster`, '2.5×', values(n) >= 2.5)),
  ...(large ? (await largeGoals(threads)).map(([work, value, least, reached]) => row(work, value, least, reached)) : []),
  row('eigh 5×5', `${(1000 * one[at('eigh', 5)]).toFixed(2)} µs`, '≤ 3 µs', one[at('eigh', 5)] <= 0.003),
]);
