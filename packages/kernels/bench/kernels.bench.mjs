// Times NNGP and NTK together on the problems that bench/peers.json has neural-tangents' times for. Build first: pnpm -F @saddlepoint/kernels... build
//   node bench/kernels.bench.mjs [word …] [--one-thread] [--peer]
// word           only problems whose name contains one of the words
// --one-thread   no threads beside the first
// --peer         where python3 has neural_tangents: time it now, on this machine, as tools/references/kernels/peer_timings.py does (rewrites peers.json)
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mlp } from '@saddlepoint/architecture';
import { computeKernels } from '@saddlepoint/kernels';
import { matrix, startThreads, stopThreads } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { cell, printTable } from '../../linalg/bench/peers.mjs';

const words = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const weights = { weightVariance: 2, biasVariance: 0.01 };
const activation = { type: 'activation', activation: 'relu' };
const conv = { type: 'conv', filter: [3, 3], padding: 'same', ...weights };

const perceptron = (depth, phi, n) => ({ network: mlp({ depth, activation: phi, ...weights }), n, d: 100, positions: 1 });
const convolutional = (last, size, n) => ({
  network: { version: 1, parameterization: 'ntk', input: { positions: [size, size], channels: 3 }, layers: [conv, activation, conv, activation, conv, activation, last, { type: 'dense', ...weights }] },
  n,
  d: 3 * size * size,
  positions: last.type === 'flatten' ? size ** 2 : size ** 4,
});
const flatten = { type: 'flatten' };
const pool = { type: 'globalPool', kind: 'average' };

const problems = {
  'relu MLP, 3 hidden, d = 100, n = 1000': perceptron(3, 'relu', 1000),
  'relu MLP, 3 hidden, d = 100, n = 2000': perceptron(3, 'relu', 2000),
  'relu MLP, 3 hidden, d = 100, n = 4000': perceptron(3, 'relu', 4000),
  'relu MLP, 100 hidden, d = 100, n = 1000': perceptron(100, 'relu', 1000),
  'tanh MLP, 1 hidden, d = 100, n = 1000': perceptron(1, 'tanh', 1000),
  'CNN, flatten, 8×8×3, n = 200': convolutional(flatten, 8, 200),
  'CNN, flatten, 32×32×3, n = 50': convolutional(flatten, 32, 50),
  'CNN, global pool, 8×8×3, n = 50': convolutional(pool, 8, 50),
  'CNN, global pool, 32×32×3, n = 4': convolutional(pool, 32, 4),
};

if (process.argv.includes('--peer')) {
  const script = new URL('../../../tools/references/kernels/peer_timings.py', import.meta.url).pathname;
  const { status } = spawnSync('python3', [script, ...words], { stdio: 'inherit', env: { ...process.env, JAX_PLATFORMS: 'cpu' } });
  if (status !== 0) process.stderr.write('python3 has no neural_tangents that works: the stored times stand\n');
}
const peers = JSON.parse(readFileSync(new URL('peers.json', import.meta.url), 'utf8'));

/** Seconds of the first call, of the fastest of the later ones (at least three, up to five seconds), and their least processor time, all threads together. */
async function measure({ network, n, d }) {
  const X = matrix(n, d, randomStream(1).normals(n * d));
  const call = async () => {
    const before = process.cpuUsage();
    const begun = performance.now();
    await computeKernels(network, X);
    const wall = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { wall, processor: (user + system) / 1e6 };
  };
  const first = await call();
  const later = [];
  while (later.length < 3 || (later.length < 50 && later.reduce((sum, { wall }) => sum + wall, 0) < 5)) later.push(await call());
  return { first: first.wall, later: Math.min(...later.map(({ wall }) => wall)), processor: Math.min(...later.map(({ processor }) => processor)) };
}

const threads = process.argv.includes('--one-thread') ? 1 : (await startThreads({ threads: 2 })).threads;
const time = (seconds) => (seconds === undefined ? '–' : seconds < 1 ? `${cell(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`);
const rows = [['NNGP and NTK', 'first call', 'later', 'processor', 'per entry', 'per covariance', 'peer, first', 'later', 'processor', '× first', '× later', '× processor']];
for (const [name, problem] of Object.entries(problems)) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
  const ours = await measure(problem);
  const theirs = peers.problems[name];
  const entries = problem.n ** 2;
  rows.push([
    name,
    time(ours.first),
    time(ours.later),
    time(ours.processor),
    `${cell((ours.later / entries) * 1e6)} µs`,
    `${cell((ours.later / entries / problem.positions) * 1e9)} ns`,
    time(theirs?.first),
    time(theirs?.later),
    time(theirs?.processor),
    cell(theirs?.first / ours.first),
    cell(theirs?.later / ours.later),
    cell(theirs?.processor / ours.processor),
  ]);
}
process.stdout.write(`node ${process.version}, threads: ${threads}; an entry is one of n² pairs of inputs, a covariance one of the pairs of positions behind it.\nPeer: ${peers.peer}, ${peers.machine}, ${peers.date}.\n\n`);
printTable(rows);
if (threads > 1) stopThreads();
