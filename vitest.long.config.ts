import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

// Simulations of minutes that golden data was made from: `pnpm test:long`.
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['packages/*/test/long/**/*.test.ts'], testTimeout: 3_600_000 } }),
);
