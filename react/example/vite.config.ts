import { defineConfig } from 'vite';

/** Where signaling is: any entrance, such as that of `npm start`. */
const entrance = process.env.PARLEY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  server: {
    host: '127.0.0.1',
    proxy: { '/socket.io': { target: entrance, changeOrigin: true, ws: true } },
  },
});
