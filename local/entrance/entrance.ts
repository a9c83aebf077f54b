import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createProxyServer } from 'http-proxy-3';
import type { KubeClient } from '../kube/client.ts';
import type { Ingress, Pod, Service } from '../kube/types.ts';
import { watchCollection } from '../kube/watch.ts';
import type { KubeObject } from '../kube/wire.ts';
import { type Route, routeFor, routesOf } from './routes.ts';

const address = '127.0.0.1';
const usualPort = 8080;
const portsToTry = 50;

export interface EntranceOptions {
  client: KubeClient;
  namespace: string;
  /** Name of the Ingress that says what goes where. */
  ingress: string;
  /** 0: any free port. Default: 8080 or the next free one. */
  port?: number;
}

/** The one door of the cluster: passes HTTP and WebSocket on to ready pods, as an ingress controller does. */
export interface Entrance {
  readonly url: string;
  /** Begins to follow Ingress, Services and pods. */
  follow(): void;
  close(): Promise<void>;
}

/** Opens the entrance; until it follows, it answers that nothing is ready. @throws Error if no port is free. */
export async function openEntrance(options: EntranceOptions): Promise<Entrance> {
  const { client, namespace } = options;
  const closed = new AbortController();
  const sockets = new Set<Socket>();
  const ingresses = new Collection<Ingress>();
  const services = new Collection<Service>();
  const pods = new Collection<Pod>();
  let routes: Route[] = [];
  /** Whose turn it is, by prefix: other requests must not put the order of connections to one service out of step. */
  const turns = new Map<string, number>();
  const update = () => {
    routes = routesOf(ingresses.get(options.ingress), services.all(), pods.all());
  };
  for (const collection of [ingresses, services, pods]) collection.changed = update;

  const agent = new Agent({ keepAlive: true });
  const proxy = createProxyServer({ xfwd: true, proxyTimeout: 0 });
  const target = (request: IncomingMessage): { url: string } | { problem: string } => {
    const route = routeFor(routes, request.url ?? '/');
    if (!route) return { problem: 'Parley is still starting. Try again in a moment.' };
    const turn = turns.get(route.prefix) ?? 0;
    turns.set(route.prefix, turn + 1);
    const chosen = route.targets[turn % route.targets.length];
    return chosen
      ? { url: `http://${chosen}` }
      : { problem: `No ${route.service} pod is ready. Try again in a moment.` };
  };
  proxy.on('error', (_error, _request, answer) => {
    if (answer instanceof ServerResponse)
      refuse(answer, 502, 'The pod that was asked did not answer. Try again.');
    else answer?.destroy();
  });

  const server = createServer((request, response) => {
    const to = target(request);
    if ('problem' in to) refuse(response, 503, to.problem);
    else proxy.web(request, response, { target: to.url, agent });
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    const to = target(request);
    socket.on('error', () => socket.destroy());
    if ('problem' in to) socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
    else proxy.ws(request, socket, head, { target: to.url });
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.requestTimeout = 0;
  await listen(server, options.port);

  const { port } = server.address() as AddressInfo;
  const watches: Promise<void>[] = [];
  return {
    url: `http://localhost:${port}`,
    follow() {
      const within = (api: string, plural: string) => `${api}/namespaces/${namespace}/${plural}`;
      watches.push(
        watchCollection(client, within('/apis/networking.k8s.io/v1', 'ingresses'), ingresses, closed.signal),
        watchCollection(client, within('/api/v1', 'services'), services, closed.signal),
        watchCollection(client, within('/api/v1', 'pods'), pods, closed.signal),
      );
    },
    async close() {
      closed.abort();
      const ended = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all([ended, ...watches]);
      proxy.close();
      agent.destroy();
    },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const code = status === 503 ? { 'Retry-After': '1' } : {};
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...code });
  response.end(`${JSON.stringify({ error: { code: 'unavailable', message } })}\n`);
}

async function listen(server: ReturnType<typeof createServer>, wanted: number | undefined): Promise<void> {
  const first = wanted ?? usualPort;
  for (let port = first; ; port += 1) {
    try {
      server.listen({ host: address, port, exclusive: true });
      await once(server, 'listening');
      return;
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken) throw error;
      if (wanted === undefined && port < first + portsToTry) continue;
      const which = wanted === undefined ? `Each port from ${first} to ${port}` : `Port ${port}`;
      throw new Error(
        `${which} of ${address} is taken. End what has it, or set PARLEY_PORT to another port.`,
        {
          cause: error,
        },
      );
    }
  }
}

/** The objects of a collection as they are now, by name. */
class Collection<T extends KubeObject> {
  #items = new Map<string, T>();
  changed: () => void = () => undefined;

  get(name: string): T | undefined {
    return this.#items.get(name);
  }

  all(): T[] {
    return [...this.#items.values()];
  }

  replace(items: T[]): void {
    this.#items = new Map(items.map(item => [item.metadata?.name ?? '', item]));
    this.changed();
  }

  set(item: T): void {
    this.#items.set(item.metadata?.name ?? '', item);
    this.changed();
  }

  remove(item: T): void {
    this.#items.delete(item.metadata?.name ?? '');
    this.changed();
  }
}
