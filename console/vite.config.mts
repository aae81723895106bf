/** How the console is bundled: one page at /console/, files named by their hashes, nothing from elsewhere. */
import { defineConfig } from 'vite';

/** `vite console` serves the sources; a gateway that runs beside it answers. */
const GATEWAY = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // An inlined file would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      // "use client" is for servers that render React, of which there is none.
      onwarn: (warning, report) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(warning)),
    },
  },
  server: { proxy: { '/graphql': GATEWAY, '/livez': GATEWAY } },
});
