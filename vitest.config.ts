import { defineConfig } from 'vitest/config';

// Packages import one another by name; this condition points those names at the sources.
const conditions = ['@saddlepoint/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tools/examples/generated/*.test.ts'],
    exclude: ['**/node_modules/**', '**/test/long/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
