/** `npm run size -w client`: what the library adds to a page, minified, with all that it depends on. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** In bytes. */
export interface Size {
  minified: number;
  gzipped: number;
}

/** What others wrote. */
export const dependencies = ['mediasoup-client', 'socket.io-client', 'zod'];

const root = join(import.meta.dirname, '..');

/** The size of everything that `index.ts` brings along but `without`. */
export async function measureSize(without: string[] = []): Promise<Size> {
  const entry = 'virtual:entry';
  const built = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: id => (id === entry ? id : undefined),
        load: id =>
          id === entry ? `import { createCall } from '${join(root, 'index.ts')}'; createCall();` : undefined,
      },
    ],
    build: {
      write: false,
      reportCompressedSize: false,
      rolldownOptions: { input: entry, external: without.map(name => new RegExp(`^${name}(/|$)`)) },
    },
  });
  const outputs = [built].flat().flatMap(one => ('output' in one ? one.output : []));
  const code = outputs.map(one => (one.type === 'chunk' ? one.code : '')).join('\n');
  return { minified: Buffer.byteLength(code), gzipped: gzipSync(code).length };
}

if (import.meta.main) {
  const kB = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  const show = (name: string, { minified, gzipped }: Size) =>
    console.log(`${name.padEnd(44)} ${kB(minified).padStart(9)} minified ${kB(gzipped).padStart(9)} gzipped`);
  show('@parley/client, with all it depends on', await measureSize());
  show('@parley/client and its protocol alone', await measureSize(dependencies));
}
