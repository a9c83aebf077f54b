import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../control-plane.ts';
import { patchTypes } from '../kube/client.ts';
import type { KubeObject } from '../kube/wire.ts';
import { type Entrance, openEntrance } from './entrance.ts';
import { routeFor } from './routes.ts';

const namespace = 'default';
let plane: ControlPlane;
let entrance: Entrance;
const servers: Server[] = [];

const backend = (name: string) => ({ service: { name, port: { name: 'http' } } });
const service = (name: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      selector: { app: name },
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  }) as KubeObject;
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'door', namespace },
  spec: {
    rules: [
      {
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: backend('web') },
            { path: '/socket', pathType: 'Prefix', backend: backend('talk') },
          ],
        },
      },
    ],
  },
};

beforeAll(async () => {
  plane = await startControlPlane({ dir: await mkdtemp(join(tmpdir(), 'parley-entrance-')) });
  entrance = await openEntrance({ client: plane.client, namespace, ingress: 'door', port: 0 });
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await entrance.close();
  await plane.stop();
});

test('says what to do when its port is taken', async () => {
  const port = Number(new URL(entrance.url).port);
  const second = openEntrance({ client: plane.client, namespace, ingress: 'door', port });
  await expect(second).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`);
});

/** A pod that says its name over HTTP and as the first message of each WebSocket, and how long a body was. */
async function pod(name: string, app: string): Promise<void> {
  const server = createServer(async (request, response) => {
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    response.end(`${name} ${request.url} ${length}`);
  });
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.on('error', () => socket.destroy());
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.write(Buffer.concat([Buffer.from([0x81, name.length]), Buffer.from(name)]));
  });
  const address = plane.network.podAddress();
  server.listen(8080, address);
  await once(server, 'listening');
  servers.push(server);
  await plane.apply([
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: { app } },
      spec: {
        nodeName: 'nowhere',
        containers: [
          { name: 'main', image: 'none', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] },
        ],
      },
    } as KubeObject,
  ]);
  await setReady(name, true, address);
}

function setReady(name: string, ready: boolean, address?: string): Promise<unknown> {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  return plane.client.call({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
    body: { status: { conditions, ...(address ? { podIP: address, podIPs: [{ ip: address }] } : {}) } },
    contentType: patchTypes.merge,
  });
}

async function greeting(): Promise<string> {
  const socket = new WebSocket(`${entrance.url.replace('http', 'ws')}/socket/?x=1`);
  try {
    return await new Promise((resolve, reject) => {
      socket.onmessage = ({ data }) => resolve(`${data}`);
      socket.onerror = () => reject(new Error('The WebSocket failed.'));
    });
  } finally {
    socket.close();
  }
}

test('says that Parley is starting while it knows no routes', async () => {
  const response = await fetch(entrance.url);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: 'unavailable' } });
});

test('passes HTTP and WebSockets on to the ready pods in turn', async () => {
  entrance.follow();
  await plane.apply([service('web'), service('talk'), ingress]);
  await pod('page', 'web');
  await pod('talk-a', 'talk');
  await pod('talk-b', 'talk');
  await eventually('the page', async () => (await fetch(entrance.url)).ok);
  const body = 'x'.repeat(100_000);
  const answer = await fetch(`${entrance.url}/some/page?q=1`, { method: 'POST', body });
  expect(await answer.text()).toBe('page /some/page?q=1 100000');
  const seen = await eventually('both pods', async () => {
    const names = new Set(await Promise.all([greeting(), greeting(), greeting(), greeting()]));
    return names.size === 2 && names;
  });
  expect([...seen].sort()).toEqual(['talk-a', 'talk-b']);
});

test('leaves a pod out that is not ready, and says so when none is', async () => {
  await setReady('talk-a', false);
  await eventually('only talk-b to be asked', async () => {
    const names = new Set([await greeting(), await greeting()]);
    return names.size === 1 && names.has('talk-b');
  });
  await setReady('talk-b', false);
  await eventually('nobody to be asked', async () => (await fetch(`${entrance.url}/socket`)).status === 503);
  await expect(greeting()).rejects.toThrow();
});

test('a pod that died but still counts as ready gives 502', async () => {
  servers[0]?.closeAllConnections();
  servers[0]?.close();
  const response = await fetch(entrance.url);
  expect(response.status).toBe(502);
});

test('a prefix holds for whole elements of the path', () => {
  const routes = ['/v1', '/'].map(prefix => ({ prefix, service: prefix, targets: [] }));
  expect(routeFor(routes, '/v1?x')?.prefix).toBe('/v1');
  expect(routeFor(routes, '/v1/rooms')?.prefix).toBe('/v1');
  expect(routeFor(routes, '/v10')?.prefix).toBe('/');
});
