import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// what every page needs: in one file it packs better, and it stays in browsers when only the app changes
const FRAME =
  /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|@tanstack|@floating-ui|openapi-fetch|react-remove-scroll|react-remove-scroll-bar|use-sidecar|use-callback-ref|react-style-singleton|tslib|clsx)\//;
const api = process.env.CAMPAIGN_FLOW_API ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/app/',
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', port: 5173, proxy: { '^/(?!app/)': { target: api } } },
  build: {
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 1600,
    rolldownOptions: { output: { advancedChunks: { groups: [{ name: 'frame', test: FRAME }] } } },
  },
  // a test reads every source: on a busy machine that takes longer than the five seconds of the default
  test: { include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 120_000 },
});
