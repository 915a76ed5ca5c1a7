// Searches random points of every regime for the largest errors of the elementwise functions of packages/linalg (build it first).
//   gcc -O2 tools/references/linalg/elementwise_sweep.c -o sweep -lquadmath -lm
//   node [--experimental-wasm-relaxed-simd] tools/references/linalg/elementwise_sweep.mjs ./sweep [points] [seed] [function]
import { spawnSync } from 'node:child_process';
import { elementwise, elementwiseFunctions, engineStatus } from '../../../packages/linalg/dist/index.js';

const [program, points = '1000000', seed = '1', only] = process.argv.slice(2);

// xorshift128 (Marsaglia 2003).
let [a, b, c, d] = [123456789, 362436069, 521288629, Number(seed)];
function word() {
  const t = d ^ (d << 11);
  [d, c, b] = [c, b, a];
  a = a ^ (a >>> 19) ^ t ^ (t >>> 8);
  return a >>> 0;
}
const uniform = () => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
const either = (x) => (word() & 1 ? x : -x);
const power = (low, high) => 2 ** (low + (high - low) * uniform());

const exponential = [() => either(750 * uniform()), () => either(uniform()), () => either(power(-60, 10)), () => -707 - 40 * uniform(), () => either(0.7 * uniform()), () => 20 * uniform() - 10];
const arc = [() => either(uniform()), () => either(power(-1074, 0)), () => either(1 - power(-53, -1)), () => either(0.48 + 0.1 * uniform())];
const nextToMultiple = () => Math.round(60000 * uniform()) * (Math.PI / 2) * (1 + ((word() % 5) - 2) * 2 ** -52);
const circular = [() => either(10 * uniform()), () => either(power(-1074, 1024)), () => either(1e5 * uniform()), () => either(2e6 * uniform()), () => either(nextToMultiple()), () => either(0.8 * uniform()), () => either(power(19, 22))];
const regimes = {
  exp: exponential,
  expm1: exponential,
  log: [() => power(-1074, 1024), () => 0.5 + 1.5 * uniform(), () => 1 + either(power(-52, -1)), () => 4 * uniform(), () => 1e4 * uniform(), () => power(-1074, -1020)],
  log1p: [() => power(-1074, 1024), () => either(power(-60, 0)), () => -1 + power(-52, 0), () => either(0.5 * uniform())],
  sqrt: [() => power(-1074, 1024), () => 4 * uniform()],
  tanh: [() => either(22 * uniform()), () => either(2 * uniform()), () => either(power(-1074, 5)), () => either(0.5 + 0.4 * uniform()), () => either(0.56 * uniform())],
  erf: [() => either(6.2 * uniform()), () => either(2 * uniform()), () => either(power(-1074, 3)), () => either(0.8 + 0.6 * uniform()), () => either(uniform())],
  erfc: [() => 27.3 * uniform(), () => 26 + 1.3 * uniform(), () => either(2 * uniform()), () => either(power(-60, 5)), () => either(6 * uniform())],
  asin: arc,
  acos: arc,
  sin: circular,
  cos: circular,
};

process.stdout.write(`${engineStatus().build} engine\n`);
for (const name of elementwiseFunctions.filter((each) => only === undefined || each === only)) {
  const draws = regimes[name];
  const x = Float64Array.from({ length: Number(points) }, (_, i) => draws[i % draws.length]());
  const y = elementwise(name, x);
  const pairs = new Float64Array(2 * x.length);
  x.forEach((value, i) => pairs.set([value, y[i]], 2 * i));
  const { stdout, error } = spawnSync(program, [name], { input: Buffer.from(pairs.buffer), encoding: 'utf8', maxBuffer: 2 ** 20 });
  if (error) throw error;
  process.stdout.write(stdout);
}
