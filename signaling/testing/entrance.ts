import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** One address for several replicas, in turn, as a cluster's entrance is. It tells nobody that a replica is gone: clients try again. */
export interface Entrance extends AsyncDisposable {
  readonly url: string;
  /** Ports of the replicas that new connections go to. */
  targets: number[];
}

export async function startEntrance(...targets: number[]): Promise<Entrance> {
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, near => {
    const port = entrance.targets[turn++ % entrance.targets.length] ?? 0;
    const far = createConnection({ host: '127.0.0.1', port, noDelay: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const entrance = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return entrance;
}
