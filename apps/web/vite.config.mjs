import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Packages of the house resolve to their sources here, in dev and in the build alike.
const conditions = ['@saddlepoint/source', 'module', 'browser'];

export default defineConfig({
  base: './',
  plugins: [react()],
  resolve: { conditions },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 3000 },
  preview: { strictPort: true },
});
