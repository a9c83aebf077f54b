/** What becomes of a connection when the other side refuses, is silent, talks nonsense or goes. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as EngineServer, type Socket as EngineSocket } from 'engine.io';
import { afterEach, expect, test } from 'vitest';
import { openWebSocket } from '../node/web-socket.ts';
import { ConnectError, type Ending, NoAnswerError, SocketIoClient } from './socket-io.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanup.splice(0)) clean();
});

/** A server of Engine.IO that says what the test lets it say. */
async function serve(
  onSocket: (socket: EngineSocket) => void,
  options: { pingInterval?: number; pingTimeout?: number } = {},
) {
  const http = createServer();
  const engine = new EngineServer({ pingTimeout: 10_000, ...options });
  engine.attach(http, { path: '/socket.io' });
  engine.on('connection', onSocket);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  cleanup.push(() => {
    engine.close();
    http.close();
    http.closeAllConnections();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

function connect(url: string, timeoutMs?: number) {
  const ended = Promise.withResolvers<Ending | ConnectError>();
  const connected = Promise.withResolvers<void>();
  const client = new SocketIoClient(
    { url, auth: { version: 2 }, open: openWebSocket, ...(timeoutMs && { timeoutMs }) },
    {
      connected: connected.resolve,
      refused: ended.resolve,
      disconnected: ended.resolve,
    },
  );
  cleanup.push(() => client.disconnect());
  return { client, connected: connected.promise, ended: ended.promise };
}

/** Lets everybody in, and then does `then`. */
const letIn = (then: (socket: EngineSocket, packet: string) => void) => (socket: EngineSocket) => {
  socket.on('message', (packet: string) => {
    if (packet.startsWith('0')) socket.write('0{"sid":"s"}');
    else then(socket, packet);
  });
};

test('nobody listens, or there is no WebSocket', async () => {
  const refused = await connect('http://127.0.0.1:9').ended;
  expect(refused).toBeInstanceOf(ConnectError);
  const http = createServer((_, answer) => answer.writeHead(400).end());
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  cleanup.push(() => http.close());
  const { client, ended } = connect(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  expect(await ended).toMatchObject({ code: 'not_connected' });
  await expect(client.ask(1000, 'join', {})).rejects.toMatchObject({ code: 'no_answer' });
});

test('the server does not let us in, with a word or without', async () => {
  const refusing = await serve(socket => {
    socket.on('message', () => socket.write('4{"message":"Too old","data":{"code":"unsupported_version"}}'));
  });
  expect(await connect(refusing).ended).toMatchObject({
    message: 'Too old',
    data: { code: 'unsupported_version' },
  });
  const silent = await serve(() => {});
  expect(await connect(silent, 200).ended).toMatchObject({
    message: expect.stringContaining('within 200 ms'),
  });
});

test('a question stays open until it is answered, the time is over, or the connection goes', async () => {
  const url = await serve(
    letIn((socket, packet) => {
      if (packet.includes('"echo"')) socket.write(packet.replace(/^2(\d+)\["echo",(.*)\]$/, '3$1[$2]'));
      if (packet.includes('"go"')) socket.close();
    }),
  );
  const { client, ended } = connect(url);
  // Asked before the connection is there.
  expect(await client.ask(5000, 'echo', { n: 1 })).toEqual({ n: 1 });
  await expect(client.ask(50, 'nothing')).rejects.toThrow(/"nothing" was not answered within 50 ms/);
  await expect(client.ask(5000, 'go')).rejects.toBeInstanceOf(NoAnswerError);
  expect(await ended).toBe('lost');
  expect(client.connected).toBe(false);
});

test('nonsense and binary data end the connection, unknown acknowledgements do not', async () => {
  const url = await serve(
    letIn((socket, packet) => {
      if (packet.includes('"ack"')) socket.write('3999["who"]').write(packet.replace(/^2(\d+).*/, '3$1[1]'));
      if (packet.includes('"nonsense"')) socket.write('2{{{');
      if (packet.includes('"binary"')) socket.write(Buffer.from('binary'));
    }),
  );
  for (const what of ['nonsense', 'binary']) {
    const { client, ended } = connect(url);
    expect(await client.ask(5000, 'ack')).toBe(1);
    client.emit(what);
    expect(await ended).toBe('lost');
  }
});

test('the server ends it with a word', async () => {
  const url = await serve(letIn(socket => socket.write('1')));
  const { client, ended } = connect(url);
  client.emit('leave');
  expect(await ended).toBe('server');
});

test('a server that pings no more is noticed, one that pings is answered', async () => {
  const alive = connect(
    await serve(
      letIn(() => {}),
      { pingInterval: 20, pingTimeout: 5000 },
    ),
  );
  await alive.connected;
  const frozen = connect(await serveAndFreeze());
  await frozen.connected;
  expect(await frozen.ended).toBe('lost');
  expect(frozen.client.connected).toBe(false);
  expect(alive.client.connected).toBe(true);
});

/** A server that lets in, promises to ping, and is never heard again; the connection stays open. */
async function serveAndFreeze(): Promise<string> {
  const http = createServer();
  const frame = (text: string) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
  http.on('upgrade', ({ headers }, socket) => {
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
    socket.write(frame('0{"sid":"s","pingInterval":20,"pingTimeout":30}'));
    socket.write(frame('40{"sid":"s"}'));
    cleanup.push(() => socket.destroy());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  cleanup.push(() => http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}
