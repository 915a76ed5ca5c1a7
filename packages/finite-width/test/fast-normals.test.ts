import { erfc } from '@saddlepoint/numerics';
import { expect, test } from 'vitest';
import { fastNormals } from '../src/fast-normals.js';

test('noise has the moments and tails of a Gaussian, and none of its neighbours', () => {
  const n = 1_000_000;
  const normal = fastNormals(1, 'test');
  const thresholds = [0.5, 1, 2, 3.442619855899, 4];
  const above = thresholds.map(() => 0);
  const moments = [0, 0, 0, 0];
  let [before, lagged] = [0, 0];
  for (let i = 0; i < n; i++) {
    const z = normal();
    let power = 1;
    for (let k = 0; k < 4; k++) moments[k] += power *= z;
    thresholds.forEach((t, k) => (above[k] += Math.abs(z) > t ? 1 : 0));
    lagged += z * before;
    before = z;
  }
  // Moments within 4.5 standard errors: variances of z, z², z³, z⁴ are 1, 2, 15, 96.
  [[0, 1], [1, 2], [0, 15], [3, 96]].forEach(([mean, variance], k) => expect(Math.abs(moments[k] / n - mean)).toBeLessThan(4.5 * Math.sqrt(variance / n)));
  expect(Math.abs(lagged / n)).toBeLessThan(4.5 / Math.sqrt(n));
  thresholds.forEach((t, k) => {
    const p = erfc(t / Math.SQRT2);
    expect(Math.abs(above[k] / n - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / n));
  });
});

test('streams with other paths differ, with the same path agree', () => {
  const draw = (label: string) => Array.from({ length: 5 }, fastNormals(3, label));
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
});
