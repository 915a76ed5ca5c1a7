import { expect, it } from 'vitest';
import { loadGolden } from '../src/index.js';

it('reads a golden file and insists on its provenance', () => {
  expect(loadGolden<{ values: number[] }>(import.meta.url, 'sample.json').values).toEqual([1, 2.5]);
  expect(() => loadGolden(import.meta.url, 'anonymous.json')).toThrow('provenance');
});
