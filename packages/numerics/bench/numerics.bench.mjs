// Times this package against plain JavaScript in the same process and, where python3 has them, NumPy and SciPy. Build first.
//   node bench/numerics.bench.mjs [--cpu]
// --cpu     count processor time instead of wall time: for a machine that is busy with other things
import { spawnSync } from 'node:child_process';
import { continueBranch, erfc, fixedPoint, gaussGegenbauer, gaussHermite, gaussLegendre, integrateOde, normalCdf, randomStream } from '@saddlepoint/numerics';

const cpu = process.argv.includes('--cpu');

function now() {
  if (!cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of the fastest run, repeating for `seconds` but at least three times. Quick work is repeated within a run. */
function best(run, seconds = 1) {
  run();
  const start = now();
  run();
  const repeats = Math.max(1, Math.ceil(20 / Math.max(now() - start, 1e-3)));
  let fastest = Infinity;
  let spent = 0;
  for (let i = 0; i < 3 || spent < seconds * 1000; i++) {
    const begin = now();
    for (let k = 0; k < repeats; k++) run();
    const time = now() - begin;
    fastest = Math.min(fastest, time / repeats);
    spent += time;
  }
  return fastest;
}

/** Milliseconds of the fastest run of a Python expression after `setup`; NaN without python3 or its modules. */
function pythonTime(setup, expression) {
  const script = `
import time
${setup}
best = 1e9
spent = 0
runs = 0
while runs < 3 or spent < 1:
    t = time.${cpu ? 'process_time' : 'perf_counter'}()
    ${expression}
    t = time.${cpu ? 'process_time' : 'perf_counter'}() - t
    best = min(best, t)
    spent += t
    runs += 1
print(best * 1000)`;
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8', env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' } });
  return status === 0 ? Number(stdout) : NaN;
}

const COUNT = 100_000;
const stream = randomStream(1);

function mathRandomNormals() {
  const values = new Float64Array(COUNT);
  for (let i = 0; i < COUNT; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    values[i] = radius * Math.cos(angle);
    values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

const points = randomStream(2).normals(COUNT);
const map = (f) => () => points.map(f);
const arenstorf = (_, [x, y, u, v]) => {
  const mu = 0.012277471;
  const a = ((x + mu) ** 2 + y * y) ** 1.5;
  const b = ((x - 1 + mu) ** 2 + y * y) ** 1.5;
  return [u, v, x + 2 * v - ((1 - mu) * (x + mu)) / a - (mu * (x - 1 + mu)) / b, y - 2 * u - ((1 - mu) * y) / a - (mu * y) / b];
};
const orbit = () => integrateOde(arenstorf, [0.994, 0, 0, -2.0015851063790824], [0, 17.065216560157964], { relativeTolerance: 1e-10, absoluteTolerance: 1e-12 });
const orbitInPython = `
from scipy.integrate import solve_ivp
mu = 0.012277471
def f(t, s):
    x, y, u, v = s
    a = ((x + mu) ** 2 + y * y) ** 1.5
    b = ((x - 1 + mu) ** 2 + y * y) ** 1.5
    return [u, v, x + 2 * v - (1 - mu) * (x + mu) / a - mu * (x - 1 + mu) / b, y - 2 * u - (1 - mu) * y / a - mu * y / b]`;

/** Σ cos on a ring of 100, which contracts at rate 0.999: plain iteration as it would be written by hand. */
const ring = (x) => x.map((v, i) => 0.999 * Math.sin(0.5 * (v + x[(i + 1) % x.length])) + 0.001);
const start = new Float64Array(100).fill(1);
function plainIteration() {
  let x = start;
  for (let i = 0; i < 200; i++) x = ring(x);
  return x;
}

const per = (count, unit) => ({ count, unit });
const tasks = [
  { name: 'normals', per: per(COUNT, 'ns each'), ours: () => stream.normals(COUNT), peer: ['Math.random, Box–Muller', mathRandomNormals], python: ['numpy Philox', 'import numpy; g = numpy.random.Generator(numpy.random.Philox(1))', `g.standard_normal(${COUNT})`] },
  { name: 'uniforms', per: per(COUNT, 'ns each'), ours: () => stream.uniforms(COUNT), peer: ['Math.random', () => new Float64Array(COUNT).map(Math.random)], python: ['numpy Philox', 'import numpy; g = numpy.random.Generator(numpy.random.Philox(1))', `g.random(${COUNT})`] },
  { name: 'split a stream, draw one', per: per(1, 'µs'), ours: () => stream.split('member').split(3).normal() },
  { name: 'gaussHermite(100)', per: per(1, 'µs'), ours: () => gaussHermite(100), python: ['numpy hermegauss', 'from numpy.polynomial.hermite_e import hermegauss', 'hermegauss(100)'] },
  { name: 'gaussHermite(300)', per: per(1, 'µs'), ours: () => gaussHermite(300), python: ['scipy roots_hermitenorm', 'from scipy.special import roots_hermitenorm', 'roots_hermitenorm(300)'] },
  { name: 'gaussLegendre(300)', per: per(1, 'µs'), ours: () => gaussLegendre(300), python: ['numpy leggauss', 'from numpy.polynomial.legendre import leggauss', 'leggauss(300)'] },
  { name: 'gaussGegenbauer(300), d=784', per: per(1, 'µs'), ours: () => gaussGegenbauer(300, { dimension: 784 }), python: ['scipy roots_gegenbauer', 'from scipy.special import roots_gegenbauer', 'roots_gegenbauer(300, 391.0)'] },
  { name: 'erfc', per: per(COUNT, 'ns each'), ours: map(erfc), python: ['scipy erfc', 'import numpy; from scipy.special import erfc; x = numpy.random.default_rng(1).normal(size=100000)', 'erfc(x)'] },
  { name: 'normalCdf', per: per(COUNT, 'ns each'), ours: map(normalCdf), python: ['scipy ndtr', 'import numpy; from scipy.special import ndtr; x = numpy.random.default_rng(1).normal(size=100000)', 'ndtr(x)'] },
  { name: 'integrateOde, Arenstorf 1e-10', per: per(orbit().steps, 'µs a step'), ours: orbit, python: ['scipy RK45, same orbit', orbitInPython, 'solve_ivp(f, (0, 17.065216560157964), [0.994, 0, 0, -2.0015851063790824], method="RK45", rtol=1e-10, atol=1e-12)'] },
  { name: 'fixedPoint, 200 plain steps of 100', per: per(200, 'µs a step'), ours: () => fixedPoint(ring, start, { anderson: 0, maxIterations: 200, tolerance: 0 }), peer: ['bare loop', plainIteration] },
  { name: 'fixedPoint, Anderson(5) to 1e-10', per: per(1, 'µs'), ours: () => fixedPoint(ring, start) },
  { name: 'continueBranch, circle', per: per(1, 'µs'), ours: () => continueBranch(([x], p) => [x * x + p * p - 1], [0.6], 0.8) },
];

const scale = ({ count, unit }, milliseconds) => (milliseconds * (unit.startsWith('ns') ? 1e6 : 1e3)) / count;
const cell = (value) => (Number.isNaN(value) ? '–' : value.toPrecision(3));
const rows = [['task', 'unit', 'ours', 'peer', 'its time', 'python', 'its time', 'python / ours']];
for (const { name, per: unit, ours, peer, python } of tasks) {
  const time = scale(unit, best(ours));
  const other = peer ? scale(unit, best(peer[1])) : NaN;
  const reference = python ? scale(unit, pythonTime(python[1], python[2])) : NaN;
  rows.push([name, unit.unit, cell(time), peer?.[0] ?? '–', cell(other), python?.[0] ?? '–', cell(reference), cell(reference / time)]);
}
const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
process.stdout.write(`node ${process.version}, one thread, best of several runs, ${cpu ? 'processor' : 'wall'} time\n\n`);
rows.forEach((row, i) => {
  process.stdout.write(`| ${row.map((text, k) => text.padEnd(widths[k])).join(' | ')} |\n`);
  if (i === 0) process.stdout.write(`| ${widths.map((w) => '-'.repeat(w)).join(' | ')} |\n`);
});
