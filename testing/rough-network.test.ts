import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { losses, RoughNetwork, type Roughness } from './rough-network.ts';
import { eventually } from './wait.ts';

const draw = (seed: number, roughness: Roughness, count = 20_000) => {
  const isLost = losses(seed, roughness);
  return Array.from({ length: count }, () => isLost());
};

/** How long the runs of losses are in the mean. */
function meanBurst(drawn: readonly boolean[]): number {
  const lost = drawn.filter(Boolean).length;
  return lost / drawn.filter((is, index) => is && !drawn[index - 1]).length;
}

test('the same seed loses the same packets, another one others', () => {
  const roughness = { loss: 0.05 };
  expect(draw(1, roughness)).toEqual(draw(1, roughness));
  expect(draw(1, roughness)).not.toEqual(draw(2, roughness));
});

test.each([
  [{ loss: 0.05 }, 0.05, 1.05],
  [{ loss: 0.2, burst: 5 }, 0.2, 5],
])('%j', (roughness, share, burst) => {
  const drawn = draw(7, roughness);
  const off = drawn.filter(Boolean).length / drawn.length / share;
  expect(Math.abs(1 - off)).toBeLessThan(0.1);
  expect(Math.abs(1 - meanBurst(drawn) / burst)).toBeLessThan(0.1);
});

test('nothing is lost where nobody asks for it', () => {
  expect(draw(7, {})).not.toContain(true);
});

async function open(): Promise<Socket & Disposable> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return Object.assign(socket, { [Symbol.dispose]: () => socket.close() });
}

const next = async (socket: Socket) => String((await once(socket, 'message'))[0]);

test('packets go to and fro, and through other doors after a change', async () => {
  using client = await open();
  using server = await open();
  const froms = new Set<number>();
  server.on('message', (packet, { port, address }) => {
    froms.add(port);
    server.send(`re: ${packet}`, port, address);
  });
  await using network = new RoughNetwork(1);
  const first = await network.door(server.address());
  expect(await network.door(server.address())).toEqual(first);
  client.send('one', first.port, first.address);
  expect(await next(client)).toBe('re: one');

  await network.change();
  const second = await network.door(server.address());
  expect(second).not.toEqual(first);
  client.send('nowhere', first.port, first.address);
  client.send('two', second.port, second.address);
  expect(await next(client)).toBe('re: two');
  expect(froms.size).toBe(2);
  expect(await network.counts()).toEqual({ forwarded: 4, lost: 0 });

  await network.be({ loss: 1 });
  client.send('three', second.port, second.address);
  await eventually('it to be lost', async () => (await network.counts()).lost === 1);
  await network.be({ delayMs: 20 });
  client.send('four', second.port, second.address);
  expect(await next(client)).toBe('re: four');
});
