import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { embedScript } from './embed-script.ts';
import { frontPages } from './front-pages.ts';
import { oldBrowser } from './old-browser/plugin.ts';
import { precompress } from './precompress.ts';

/** Where signaling is for the development server: any entrance, such as that of `npm start`. */
const entrance = process.env.PARLEY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), oldBrowser(), embedScript(), frontPages(), precompress()],
  build: {
    // No room can be called that: names of rooms hold no underscore.
    assetsDir: '_assets',
    // The content security policy allows no data: URLs but pictures.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/v1': { target: entrance, changeOrigin: true },
      '/socket.io': { target: entrance, changeOrigin: true, ws: true },
    },
  },
});
