// CPU milliseconds per step and per trained network, on data with the shape of MNIST. Run after a build: node bench/ensembles.bench.mjs
import { mlp } from '@saddlepoint/architecture';
import { trainEnsemble } from '@saddlepoint/finite-width';
import { matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';

const d = 784;
const cpu = async (work) => {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000];
};

/** Correlated inputs on the sphere (power-law features) and the sign of a linear teacher. */
function data(n) {
  const inputs = randomStream('bench').normals(n * d);
  const targets = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let norm = 0;
    for (let k = 0; k < d; k++) norm += (inputs[i * d + k] *= (k + 1) ** -0.7) ** 2;
    for (let k = 0; k < d; k++) inputs[i * d + k] *= Math.sqrt(d / norm);
    targets[i] = Math.sign(inputs[i * d] + inputs[i * d + 1]);
  }
  return { inputs: matrix(n, d, inputs), targets: matrix(n, 1, targets) };
}

for (const width of [64, 256, 512])
  for (const members of [1, 2, 4]) {
    const network = mlp({ depth: 2, activation: 'erf', width, biasVariance: 0.05 });
    const request = { network, ...data(1024), members, record: { steps: [0] } };
    const run = (steps) => cpu(() => trainEnsemble({ ...request, method: { type: 'gradient-descent', steps, learningRate: 1e-4, momentum: 0.9 } }));
    await run(1);
    const [, short] = await run(2);
    const [, long] = await run(8);
    console.log(`gradient descent n=1024 d=784 2x${width}, ${members} members: ${((long - short) / 6).toFixed(0)} ms a step`);
  }

for (const [n, width] of [[256, 64], [256, 256], [1024, 64], [1024, 256], [1024, 512]]) {
  const network = mlp({ depth: 2, activation: 'erf', width, biasVariance: 0.05 });
  const [result, ms] = await cpu(() => trainEnsemble({ network, ...data(n), members: 1, method: { type: 'gauss-newton', ridge: 1, tolerance: 1e-3 }, record: { steps: [0] } }));
  console.log(`Gauss–Newton n=${n} 2x${width}: ${result.status}, ${result.steps} iterations, ${ms.toFixed(0)} ms`);
}
