// GP regression on MNIST images, ten centred classes, NNGP kernel of a network: exact in tiles, by conjugate gradients, through landmarks.
import { mlp } from '@saddlepoint/architecture';
import { loadMnist } from '@saddlepoint/datasets/node';
import { gpFitIterative, gpFitTiled, gpNystrom, gpPredictNystrom, gpPredictTiled, kernelDiagonal, kernelSource, oneHotTargets, predictedClasses } from '@saddlepoint/kernels';
import { rowsOf, startThreads, stopThreads } from '@saddlepoint/linalg';

const network = mlp({ depth: 2, activation: 'erf', weightVariance: 1.5, biasVariance: 0.05 });
const ridge = 0.01;

/** Wall and processor seconds of some work, and the largest resident memory seen meanwhile, in GB. */
async function measure(work) {
  let peak = process.memoryUsage().rss;
  const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 200);
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  clearInterval(watch);
  return { result, wall: (performance.now() - start) / 1e3, processor: (user + system) / 1e6, memory: Math.max(peak, process.memoryUsage().rss) / 1e9 };
}

const accuracyOf = (mean, labels) => predictedClasses(mean).reduce((right, k, i) => right + (k === labels[i] ? 1 : 0), 0) / labels.length;

/** Rows of the table: what, how it was measured. `report` is shown each as soon as it is known. */
export async function gpRegression({ samples, tests = 2000, threads = 2, iterative = true }, report) {
  const train = await loadMnist({ count: samples, seed: 1 });
  const test = await loadMnist({ count: tests, seed: 2, set: 'test' });
  const targets = oneHotTargets(train.classes, 10);
  const testDiagonal = kernelDiagonal(network, test.inputs).nngp;
  await startThreads({ threads });
  try {
    const show = (name, { wall, processor, memory }, detail) => report(`${name.padEnd(34)} ${wall.toFixed(1).padStart(7)} s wall ${processor.toFixed(1).padStart(7)} s processor ${memory.toFixed(2).padStart(6)} GB   ${detail}`);
    const stages = {};
    let last = performance.now();
    let stage = 'tiles';
    const onProgress = (progress) => {
      const now = performance.now();
      stages[stage] = (stages[stage] ?? 0) + (now - last) / 1e3;
      [last, stage] = [now, progress.stage];
    };
    const source = kernelSource(network, train.inputs);
    const fit = await measure(() => gpFitTiled(source, { targets, ridge, onProgress }));
    show(`exact, n = ${samples}`, fit, `residual ${fit.result.residual.toExponential(1)}; ${Object.entries(stages).map(([name, s]) => `${name} ${s.toFixed(1)} s`).join(', ')}`);
    const cross = kernelSource(network, test.inputs, { X2: train.inputs }).block;
    const predicted = await measure(() => gpPredictTiled(fit.result, { tests, cross }));
    show(`means of ${tests} test images`, predicted, `accuracy ${accuracyOf(predicted.result.mean, test.classes).toFixed(4)}`);
    const few = Math.min(512, tests);
    const spread = await measure(() => gpPredictTiled(fit.result, { tests: few, cross, testDiagonal: testDiagonal.subarray(0, few) }));
    show(`variances of ${few}`, spread, '');
    const apart = (mean) => Math.sqrt(mean.data.reduce((sum, v, i) => sum + (v - predicted.result.mean.data[i]) ** 2, 0) / mean.data.length);
    const rank = Math.min(1000, samples);
    const landmarks = await measure(() => gpNystrom(source, { targets, ridge, rank, landmarks: 'random' }));
    const chosen = rowsOf(train.inputs, landmarks.result.landmarks);
    const block = await kernelSource(network, test.inputs, { X2: chosen }).block({ from: 0, to: tests }, { from: 0, to: chosen.rows });
    const { mean } = gpPredictNystrom(landmarks.result, { cross: block });
    show(`${rank} random landmarks`, landmarks, `trace error ${landmarks.result.traceError.toExponential(1)}, mean off by ${apart(mean).toExponential(1)}, accuracy ${accuracyOf(mean, test.classes).toFixed(4)}`);
    if (!iterative) return;
    const solved = await measure(() => gpFitIterative(source, { targets, ridge, tolerance: 1e-6 }));
    const closeness = solved.result.coefficients.data.reduce((worst, v, i) => Math.max(worst, Math.abs(v - fit.result.coefficients.data[i])), 0);
    show('conjugate gradients to 1e-6', solved, `${solved.result.iterations} steps, coefficients within ${closeness.toExponential(1)}`);
  } finally {
    stopThreads();
  }
}
