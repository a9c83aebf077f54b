import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { servePage } from '@parley/client/test';
import { eventually } from '@parley/testing';
import { Server } from 'socket.io';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';

const fixture = useFixture();
const { stack, kube, makeRoom } = fixture;
const example = join(import.meta.dirname, '../client/example');

/** A server that speaks version 1 alone, and refuses others as that did: without a word of what it speaks. */
async function startOldServer() {
  const http = createHttpServer();
  const io = new Server(http, { transports: ['websocket'] });
  const refused: unknown[] = [];
  io.use(({ handshake }, next) => {
    if (handshake.auth.version === 1) return next();
    refused.push(handshake.auth.version);
    const data = { code: 'unsupported_version', message: 'This server speaks version 1. Reload the page.' };
    next(Object.assign(new Error(data.message), { data }));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return { port: (http.address() as AddressInfo).port, refused, [Symbol.asyncDispose]: () => io.close() };
}

/** An entrance that leads to another server once it is told to. */
async function startEntrance(port: number) {
  const entrance = {
    port,
    url: '',
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
  const server = createServer(client => {
    const target = createConnection({ host: '127.0.0.1', port: entrance.port });
    for (const socket of [client, target]) socket.on('error', () => {});
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    client.pipe(target).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  entrance.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return entrance;
}

it('C2 a page that is newer than signaling waits, and joins when that is new as well', async () => {
  const room = 'upgraded';
  await makeRoom(room);
  await using old = await startOldServer();
  await using entrance = await startEntrance(old.port);
  await using served = await servePage(example, entrance.url);
  const page = await (await fixture.browser.newContext()).newPage();
  await page.goto(served.url);
  await page.getByLabel('Room').fill(room);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Join' }).click();

  await eventually('the page to have tried again', () => old.refused.length > 1, 60_000);
  expect(new Set(old.refused)).toEqual(new Set([2]));
  await page.getByText('The server is being updated').waitFor();

  entrance.port = Number(new URL(stack.webUrl).port);
  await page.getByText('joined', { exact: true }).waitFor({ timeout: 60_000 });
  await page.context().close();
  await kube('delete', 'room', room);
}, 240_000);
