import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy } from '@saddlepoint/datasets';
import { loadDataset, loadIdxImages, loadMnist } from '@saddlepoint/datasets/node';
import { matrix } from '@saddlepoint/linalg';
import { messageOfAsync } from './errors.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'saddlepoint-datasets-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('MNIST', () => {
  it('has the published sizes, first labels and class counts', async () => {
    const test = await loadMnist({ set: 'test' });
    expect(test.inputs).toMatchObject({ rows: 10000, cols: 784 });
    // LeCun et al.: the test set starts 7, 2, 1, 0, 4 and holds 980 zeros and 1135 ones.
    expect(Array.from(test.classes.subarray(0, 5))).toEqual([7, 2, 1, 0, 4]);
    expect(test.classes.filter((digit) => digit === 0).length).toBe(980);
    expect(test.classes.filter((digit) => digit === 1).length).toBe(1135);
    const train = await loadMnist({ count: 5 });
    expect(Array.from(train.classes)).toEqual([5, 0, 4, 1, 9]);
    expect(Array.from(train.targets.data)).toEqual([1, -1, -1, 1, 1]);
    for (let i = 0; i < 5; i++) {
      const row = train.inputs.data.subarray(784 * i, 784 * (i + 1));
      expect(row.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(784, 9);
    }
    expect(train.inputs.data.every((x) => x >= 0)).toBe(true);
  });

  it('selects digits and refuses more images than there are', async () => {
    const ones = await loadMnist({ set: 'test', labels: { positive: [0], negative: [1] }, seed: 1, count: 300 });
    expect(ones.targets.data.every((y, i) => y === (ones.classes[i] === 0 ? 1 : -1))).toBe(true);
    const message = await messageOfAsync('ERR_ARGUMENT_RANGE', () => loadMnist({ set: 'test', labels: { positive: [0], negative: [1] }, count: 2116 }));
    expect(message).toMatch(/at most the 2115 images/);
  });
});

describe('files', () => {
  it('loads CSV, npy and gzipped IDX by description', async () => {
    const csv = join(directory, 'table.csv');
    await writeFile(csv, 'a,b,y\n3,4,1\n0,2,-1\n');
    const table = await loadDataset(csv);
    expect(Array.from(table.targets.data)).toEqual([1, -1]);
    const onSphere = await loadDataset({ type: 'csv', path: csv, target: 'y', normalize: 'sphere' });
    expect(onSphere.inputs.data[3]).toBeCloseTo(Math.SQRT2, 14);

    await writeFile(join(directory, 'x.npy'), encodeNpy(matrix(2, 2, [1, 2, 3, 4])));
    await writeFile(join(directory, 'y.npy'), encodeNpy(matrix(2, 1, [5, 6])));
    const pair = await loadDataset({ type: 'numpy', inputs: join(directory, 'x.npy'), targets: join(directory, 'y.npy') });
    expect(Array.from(pair.targets.data)).toEqual([5, 6]);

    await writeFile(join(directory, 'images.gz'), gzipSync(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 3, 4, 0, 9)));
    await writeFile(join(directory, 'labels'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 6, 7));
    const images = await loadIdxImages({ images: join(directory, 'images.gz'), labels: join(directory, 'labels') });
    expect(Array.from(images.targets.data)).toEqual([-1, 1]);
  });

  it('generates teachers by description', async () => {
    const sphere = await loadDataset({ type: 'sphere', dimension: 3, samples: 4, degree: 1, seed: 1 });
    expect(sphere.inputs).toMatchObject({ rows: 4, cols: 3 });
    const features = await loadDataset({ type: 'power-law', modes: 3, alpha: 1, beta: 2, samples: 4, seed: 1 });
    expect(features.inputs).toMatchObject({ rows: 4, cols: 3 });
  });

  it('says in one line what is wrong', async () => {
    const missing = join(directory, 'missing.csv');
    expect(await messageOfAsync('ERR_DATA', () => loadDataset(missing))).toMatch(/missing\.csv.*no such file/);
    expect(await messageOfAsync('ERR_UNSUPPORTED', () => loadDataset('data.xlsx'))).toMatch(/data\.xlsx/);
    const nan = join(directory, 'nan.npy');
    await writeFile(nan, encodeNpy(matrix(2, 2, [1, 2, NaN, 4])));
    const message = await messageOfAsync('ERR_NOT_FINITE', () => loadDataset({ type: 'numpy', inputs: nan, targets: nan }));
    expect(message).toMatch(/inputs, row 1, column 0/);
    expect(await messageOfAsync('ERR_DATA', () => loadDataset({ type: 'numpy', inputs: nan }))).toMatch(/dataset\.targets/);
    const short = join(directory, 'short.npy');
    await writeFile(short, encodeNpy(matrix(1, 2, [1, 2])));
    expect(await messageOfAsync('ERR_SHAPE', () => loadDataset({ type: 'numpy', inputs: short, targets: join(directory, 'y.npy') }))).toMatch(/targets.*each of the 1 inputs/);
    await writeFile(join(directory, 'bad.gz'), 'plain');
    expect(await messageOfAsync('ERR_DATA', () => loadIdxImages({ images: join(directory, 'bad.gz'), labels: join(directory, 'labels') }))).toMatch(/gzip/);
  });
});
