import { test } from 'vitest';
import { gaussianAdaptiveKernel } from '@saddlepoint/adaptive';
import { matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
test('x', () => {
  const s = randomStream(1);
  const mu0 = s.normals(784), mu1 = s.normals(784);
  for (const [n, act, chi, N, ridge] of [[128,'erf',500,500,1],[128,'tanh',500,500,1],[128,'relu',500,500,1],[256,'erf',500,500,1]] as const) {
    const y = Float64Array.from({length:n},(_, i)=> i%2 ? 1 : -1);
    const X = matrix(n, 784, s.normals(n*784).map((v, i) => 0.8*v + 0.6*(mu0[i%784] + 0.3*y[Math.floor(i/784)]*mu1[i%784])));
    for (const specialisedStart of [false, true]) {
    const t0 = performance.now();
    const r = gaussianAdaptiveKernel({ inputs: X, targets: y, activation: act, width: N, weightVariance: 1, readoutVariance: 1, ridge, meanFieldScale: chi }, {specialisedStart});
    console.log(n, act, chi, specialisedStart, r.status, r.iterations, r.residual, (performance.now()-t0).toFixed(0)+'ms', r.value.branches.map(b=>[b.start,b.action,b.alignment]), r.value.weightSpectrum.slice(0,4), r.value.lazyAlignment, r.value.alignment, r.value.validity.seriesRemainder);
    }
  }
}, 200000);
