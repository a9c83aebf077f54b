import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RoomUid } from '@parley/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { SfuClient } from './sfu-client.ts';

let server: Server;
let sfu: SfuClient;
let port: number;

beforeEach(async () => {
  server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  sfu = new SfuClient('control-token-of-the-tests', createMetrics());
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  sfu.close();
  server.closeAllConnections();
  server.close();
});

const room = 'b9d4e1c0-0000-4000-8000-000000000001' as RoomUid;
const closeRoom = (client = sfu) =>
  client.call({ controlUrl: `http://127.0.0.1:${port}` }, 'closeRoom', { room }, {});

test('says who calls, and what', async () => {
  const seen = new Promise<unknown>(resolve =>
    server.on('request', async (request, response) => {
      const body = (await request.toArray()).join('');
      response.end('{}');
      const { authorization, traceparent } = request.headers;
      resolve({ method: request.method, url: request.url, authorization, traceparent, body });
    }),
  );
  expect(await closeRoom()).toEqual({});
  expect(await seen).toEqual({
    method: 'DELETE',
    url: `/v1/rooms/${room}`,
    authorization: 'Bearer control-token-of-the-tests',
    traceparent: undefined,
    body: '{}',
  });
});

test('calls an SFU at an IPv6 address', async () => {
  const six = createServer((_, response) => response.end('{}'));
  await new Promise<void>(resolve => six.listen(0, '::1', resolve));
  const controlUrl = `http://[::1]:${(six.address() as AddressInfo).port}`;
  expect(await sfu.call({ controlUrl }, 'closeRoom', { room }, {})).toEqual({});
  six.closeAllConnections();
  six.close();
});

test('keeps its connection, and repeats a call that met one which was just closed', async () => {
  let connections = 0;
  let calls = 0;
  server.on('connection', () => connections++);
  server.on('request', (request, response) => {
    calls += 1;
    if (calls === 3) request.socket.destroy();
    else response.end('{}');
  });
  await closeRoom();
  await closeRoom();
  expect({ connections, calls }).toEqual({ connections: 1, calls: 2 });
  expect(await closeRoom()).toEqual({});
  expect({ connections, calls }).toEqual({ connections: 2, calls: 4 });
});

test('hands over what the SFU refuses with, but not that it does not let signaling in', async () => {
  let status = 404;
  server.on('request', (_request, response) => {
    response.writeHead(status);
    response.end('{"error":{"code":"not_found","message":"No such room."}}');
  });
  await expect(closeRoom()).rejects.toMatchObject({ code: 'not_found', message: 'No such room.' });
  status = 401;
  await expect(closeRoom()).rejects.toMatchObject({ code: 'unavailable' });
});

test('an SFU that answers nonsense, breaks off, is silent or is not there is unavailable', async () => {
  let answer: (response: ServerResponse) => void = response => response.end('[');
  server.on('request', (_request, response) => answer(response));
  await expect(closeRoom()).rejects.toMatchObject({ code: 'unavailable' });
  answer = response => {
    response.writeHead(200, { 'content-length': '9' });
    response.write('{');
    setImmediate(() => response.destroy());
  };
  await expect(closeRoom()).rejects.toMatchObject({ code: 'unavailable' });
  answer = () => {};
  const impatient = new SfuClient('control-token-of-the-tests', createMetrics(), { timeoutMs: 50 });
  await expect(closeRoom(impatient)).rejects.toMatchObject({ cause: { name: 'HttpTimeoutError' } });
  impatient.close();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await expect(closeRoom()).rejects.toMatchObject({ code: 'unavailable' });
});
