import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Packages of the house resolve to their sources here, in dev and in the build alike.
const conditions = ['@saddlepoint/source', 'module', 'browser'];

// What lets a page share memory between threads; a host that does not send them gets one thread.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  base: './',
  plugins: [react()],
  resolve: { conditions },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 3000 },
  server: { headers },
  preview: { strictPort: true, headers },
});
