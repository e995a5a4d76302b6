import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page is served at "/" by every door; relative addresses keep it free to lie elsewhere.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome125',
    sourcemap: true,
    // The content security policy allows files only: nothing may become a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One bundle of about a megabyte from the local disk is no problem to warn about.
    chunkSizeWarningLimit: 2_000,
  },
  worker: { format: 'es' },
});
