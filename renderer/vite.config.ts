import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { type Plugin, defineConfig } from 'vite';
import { noticesPage, shippedPackages } from '../electron/build/third-party-notices.ts';

/** Lays the licences of everything that is shipped beside the page, where About reads them and the packages carry them. */
const thirdPartyNotices: Plugin = {
  name: 'third-party-notices',
  apply: 'build',
  generateBundle() {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const source = noticesPage(shippedPackages(root));
    this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source });
  },
};

// The page is served at "/" by every door; relative addresses keep it free to lie elsewhere.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react(), thirdPartyNotices],
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
