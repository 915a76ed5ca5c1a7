import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { engineStatus } from '../src/index.js';
import { testAccuracy } from './gaussian-accuracy.js';

// Before the engine of this process is chosen. Newer versions of Node have relaxed SIMD without being asked.
if (Number(process.versions.node.split('.')[0]) < 21) setFlagsFromString('--experimental-wasm-relaxed-simd');

test('this process runs the engine with fused multiply and add', () => {
  expect(engineStatus().build).toBe('relaxed');
});

testAccuracy();
