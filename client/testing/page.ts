import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';

export interface ServedPage extends AsyncDisposable {
  url: string;
}

/** Builds the page in the folder `root` and serves it, with the signaling of `entrance` at its own origin. */
export async function servePage(root: string, entrance: string): Promise<ServedPage> {
  await using cleaning = new AsyncDisposableStack();
  const outDir = await mkdtemp(join(tmpdir(), 'parley-page-'));
  cleaning.defer(() => rm(outDir, { recursive: true, force: true }));
  const common = { root, configFile: false, logLevel: 'error' } as const;
  await build({ ...common, build: { outDir, emptyOutDir: true, reportCompressedSize: false } });
  const server = await preview({
    ...common,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, proxy: { '/socket.io': { target: entrance, ws: true } } },
  });
  cleaning.defer(() => server.close());
  const { port } = server.httpServer.address() as AddressInfo;
  const all = cleaning.move();
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
