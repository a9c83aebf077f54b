import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** A way to the server at `port` of 127.0.0.1 on which everything takes `ms` longer, in either direction. */
export async function farFrom(port: number, ms: number): Promise<AsyncDisposable & { url: string }> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, client => {
    const target = createConnection({ host: '127.0.0.1', port, noDelay: true });
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(from);
      // Timers of the same length go off in the order in which they were set.
      from.on('data', chunk => setTimeout(() => to.write(chunk), ms));
      from.on('error', () => {});
      from.once('close', () => {
        open.delete(from);
        setTimeout(() => to.destroy(), ms);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
