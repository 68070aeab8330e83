import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = process.env.CAMPAIGN_FLOW_API ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/app/',
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', port: 5173, proxy: { '^/(?!app/)': { target: api } } },
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 1600 },
  // a test reads every source: on a busy machine that takes longer than the five seconds of the default
  test: { include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 120_000 },
});
