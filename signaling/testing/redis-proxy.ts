import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a replica and Redis, so that a test can take single connections from it. */
export interface RedisProxy extends AsyncDisposable {
  readonly url: string;
  /** Ends the connections of this name, now and whenever they are made, until `mend`. */
  cut(name: string): void;
  mend(): void;
}

export async function startRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const target = new URL(redisUrl);
  const names = new Map<Socket, string>();
  const all = new Set<Socket>();
  let cut: string | undefined;
  const server = createServer(near => {
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      all.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        all.delete(one);
        names.delete(one);
        other.destroy();
      });
    }
    near.on('data', chunk => {
      const name = /setname\r\n\$\d+\r\n([^\r]+)/i.exec(chunk.toString('latin1'))?.[1];
      if (name !== undefined) names.set(near, name);
      if (cut !== undefined && names.get(near) === cut) near.destroy();
      else far.write(chunk);
    });
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut(name) {
      cut = name;
      for (const [socket, of] of names) if (of === name) socket.destroy();
    },
    mend() {
      cut = undefined;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of all) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
