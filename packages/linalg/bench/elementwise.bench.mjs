// Times the elementwise functions against a loop over Math (same process) and, where python3 has them, numpy and scipy on one thread. Build first.
//   node bench/elementwise.bench.mjs [--cpu]
// --cpu     count processor time instead of wall time: for a machine that is busy with other things
import { spawnSync } from 'node:child_process';
import { elementwise, engineStatus } from '@saddlepoint/linalg';
import { printTable, uniform } from './peers.mjs';

const cpu = process.argv.includes('--cpu');
const LARGE = 100000;
const SMALL = 16;

function now() {
  if (!cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Nanoseconds per element of the fastest of many runs. */
function best(run, count, repeats) {
  let fastest = Infinity;
  for (let i = 0; i < 40; i++) {
    const start = now();
    for (let k = 0; k < repeats; k++) run();
    fastest = Math.min(fastest, now() - start);
  }
  return (fastest * 1e6) / (count * repeats);
}

// Arguments as kernels have them: pre-activations of a few units, correlations in (−1, 1), angles of any size.
const functions = [
  { name: 'sqrt', from: 0, to: 5 },
  { name: 'exp', from: -10, to: 10 },
  { name: 'log', from: 0, to: 5 },
  { name: 'expm1', from: -10, to: 10 },
  { name: 'log1p', from: 0, to: 5 },
  { name: 'erf', from: -3, to: 3, numpy: 'scipy.special.erf' },
  { name: 'erfc', from: -3, to: 3, numpy: 'scipy.special.erfc' },
  { name: 'tanh', from: -3, to: 3 },
  { name: 'asin', from: -1, to: 1, numpy: 'numpy.arcsin' },
  { name: 'acos', from: -1, to: 1, numpy: 'numpy.arccos' },
  { name: 'sin', from: -10, to: 10 },
  { name: 'cos', from: -10, to: 10 },
  { name: 'sin', from: -1e5, to: 1e5 },
  { name: 'sin', from: -1e9, to: 1e9 },
];

function numpyTime(call, from, to) {
  const clock = cpu ? 'process_time' : 'perf_counter';
  const script = `
import numpy, time
${call.startsWith('scipy') ? 'import scipy.special' : ''}
x = numpy.random.default_rng(1).uniform(${from}, ${to}, ${LARGE})
y = numpy.empty_like(x)
best = 1e9
for _ in range(40):
    t = time.${clock}()
    for _ in range(4):
        ${call}(x, out=y)
    best = min(best, time.${clock}() - t)
print(best * 1e9 / ${4 * LARGE})`;
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
  return status === 0 ? Number(stdout) : NaN;
}

/** A loop of its own for each function, so that the call is inlined or at least direct. */
const plainLoop = (name) => new Function('x', 'y', `for (let i = 0; i < x.length; i++) y[i] = Math.${name}(x[i]);`);

const cell = (value) => (Number.isNaN(value) ? '–' : value.toPrecision(3));
const rows = [['function', 'arguments', 'ns', 'Math ns', '× faster', 'numpy ns', 'numpy / ours', `call on ${SMALL}, ns`]];
for (const { name, from, to, numpy = `numpy.${name}` } of functions) {
  const x = Float64Array.from({ length: LARGE }, () => from + ((to - from) * (uniform() + 1)) / 2);
  const y = new Float64Array(LARGE);
  const few = x.slice(0, SMALL);
  const fewOut = new Float64Array(SMALL);
  const time = best(() => elementwise(name, x, y), LARGE, 4);
  const call = best(() => elementwise(name, few, fewOut), 1, 2000);
  const plain = name in Math ? plainLoop(name) : undefined;
  const other = plain ? best(() => plain(x, y), LARGE, 2) : NaN;
  const reference = numpyTime(numpy, from, to);
  rows.push([name, `${from} to ${to}`, cell(time), cell(other), cell(other / time), cell(reference), cell(reference / time), call.toFixed(0)]);
}
process.stdout.write(`node ${process.version}, ${engineStatus().build} engine, one thread, best of 40 runs, ${cpu ? 'processor' : 'wall'} time per element of ${LARGE}\n\n`);
printTable(rows, { left: 2 });
