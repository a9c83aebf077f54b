/** Help for tests: rooms that several SFUs carry. */
import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import type { MediaSource, ProducerId, RemoteProducer, SfuInstance } from '@parley/protocol';
import { call } from '../test-sfu.ts';
import type { Session } from '../test-talk.ts';

interface SomeSfu {
  sfu: { instance: SfuInstance; controlUrl: string };
  settings?: { pod: string };
}

/** Where a producer is that a session sends to `sfu`, as its control API is reached at `controlUrl`. */
export function at(
  { sfu, settings: { pod } = { pod: 'sfu-test' } }: SomeSfu,
  { generation, participant }: Pick<Session, 'generation' | 'participant'>,
  producerId: ProducerId,
  source: MediaSource = 'microphone',
  controlUrl = sfu.controlUrl,
): RemoteProducer[] {
  const place = { pod, instance: sfu.instance, controlUrl };
  return [{ producerId, participant, source, generation, sfu: place }];
}

/** What an SFU carries of its first room. */
export async function describeRoom(base: string) {
  return (await call(base, 'describe', {}, {})).rooms[0];
}

/** A way to a control API that can be cut, after which nothing goes through and nothing is refused. */
export async function startWay(to: string) {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer(socket => {
    sockets.add(socket);
    const onward = connect(Number(port), hostname);
    for (const [from, into] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      from.on('data', data => void (cut || into.write(data)));
      from.on('error', () => {});
      from.on('close', () => into.destroy());
    }
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    cut: () => {
      cut = true;
    },
    mend: () => {
      cut = false;
      // What was lost meanwhile would hold up what comes after it.
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A way to a control API on which calls of a path that ends like that wait until they are let go. */
export async function startHoldingWay(to: string, held: string) {
  const letGo = Promise.withResolvers<void>();
  const holds = Promise.withResolvers<void>();
  const server = createHttpServer(async (call, answer) => {
    const { method, url = '', headers } = call;
    if (url.endsWith(held)) {
      holds.resolve();
      await letGo.promise;
    }
    const onward = request(new URL(url, to), { method, headers }, response => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    call.pipe(onward);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    /** Resolves when the first waits. */
    holds: holds.promise,
    letGo: letGo.resolve,
    [Symbol.dispose]: () => {
      letGo.resolve();
      server.close();
      server.closeAllConnections();
    },
  };
}
