// Processor time of NNGP and NTK of 2048 points in 784 dimensions, two hidden layers. Build first: pnpm -F @saddlepoint/kernels... build
import { mlp } from '@saddlepoint/architecture';
import { computeKernels } from '@saddlepoint/kernels';
import { gram, matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';

const [n, d] = [2048, 784];
const X = matrix(n, d, randomStream(1).normals(n * d));

async function measure(name, work) {
  const wall = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${name.padEnd(22)} processor ${((user + system) / 1e6).toFixed(2)} s   wall ${((performance.now() - wall) / 1e3).toFixed(2)} s\n`);
}

await measure('gram alone', () => gram(X));
for (const round of ['first run', 'second run'])
  for (const activation of ['erf', 'relu', 'gelu', 'tanh'])
    await measure(`${activation}, ${round}`, () => computeKernels(mlp({ depth: 2, activation, weightVariance: 1.5, biasVariance: 0.05 }), X));
