/** A proxy before the real API server that does on command what ill servers, proxies and networks do. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ControlPlane } from '@parley/local';

/** What happens to one request. */
export type Fault =
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** The server does it, and the caller never hears of it. */
  | { kind: 'lose answer' }
  /** The server does it, and the connection breaks in the middle of its answer. */
  | { kind: 'cut answer' }
  | { kind: 'change answer'; status?: number; change: (body: string) => string }
  | { kind: 'delay'; ms: number };

interface Plan {
  matches: (call: ProxiedCall) => boolean;
  fault: Fault;
  times: number;
}

/** A request that came. */
export interface ProxiedCall {
  at: number;
  method: string;
  /** Path and query. */
  path: string;
}

interface OpenWatch {
  call: ProxiedCall;
  answer: ServerResponse;
  silent: boolean;
}

export const isWatch = ({ path }: ProxiedCall): boolean => path.includes('watch=true');
export const isWrite = ({ method }: ProxiedCall): boolean => method !== 'GET';
/** Matches requests of a method for a resource. */
export const calls =
  (method: string, resource: string) =>
  (call: ProxiedCall): boolean =>
    call.method === method && new RegExp(`/${resource}([/?]|$)`).test(call.path) && !isWatch(call);

export class FaultProxy implements AsyncDisposable {
  readonly url: string;
  /** All that came, in order. */
  readonly seen: ProxiedCall[] = [];
  /** How many objects a page of a list has at most. */
  pageSize: number | undefined;
  readonly #plane: ControlPlane;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<OpenWatch>();
  #plans: Plan[] = [];
  #isCut = false;

  private constructor(plane: ControlPlane, server: Server) {
    this.#plane = plane;
    this.#server = server;
    const { address, port } = server.address() as AddressInfo;
    this.url = `https://${address}:${port}`;
    server.on('secureConnection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
      if (this.#isCut) socket.destroy();
    });
    server.on('request', (request: IncomingMessage, answer: ServerResponse) => {
      answer.on('error', () => undefined);
      this.#handle(request, answer).catch(() => answer.destroy());
    });
  }

  /** Listens at the API server's own address and shows its certificate, which is good for no other. */
  static async start(plane: ControlPlane): Promise<FaultProxy> {
    const server = createServer({ key: plane.certKey, cert: plane.ca });
    server.listen(0, plane.network.nodeAddress);
    await once(server, 'listening');
    return new FaultProxy(plane, server);
  }

  /** The next requests that match are treated like this. */
  plan(matches: Plan['matches'], fault: Fault, times = 1): void {
    this.#plans.push({ matches, fault, times });
  }

  /** How often planned faults are still to happen. */
  get pending(): number {
    return this.#plans.reduce((sum, { times }) => sum + times, 0);
  }

  /** Ends all that was commanded. */
  heal(): void {
    this.#plans = [];
    this.#isCut = false;
    this.pageSize = undefined;
  }

  /** Breaks all connections and takes no more. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Open watches say nothing more, yet stay open. */
  silenceWatches(): void {
    for (const watch of this.#watches) watch.silent = true;
  }

  closeWatches(): void {
    for (const { answer } of this.#watches) answer.destroy();
  }

  /** Sends something in every open watch of this resource. */
  inject(resource: string, text: string): void {
    for (const { call, answer } of this.#watches) if (call.path.includes(`/${resource}?`)) answer.write(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const call = { at: performance.now(), method: request.method ?? 'GET', path: request.url ?? '/' };
    this.seen.push(call);
    if (this.#isCut) return void answer.destroy();
    const fault = this.#take(call);
    if (fault?.kind === 'answer') {
      request.resume();
      answer.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      answer.end(fault.body ?? '{}');
      return;
    }
    if (fault?.kind === 'delay') await new Promise(resolve => setTimeout(resolve, fault.ms));
    const served = await this.#forward(request, call.path);
    if (isWatch(call) && served.statusCode === 200) {
      this.#follow(call, served, answer);
      return;
    }
    const body = await buffer(served);
    if (this.#isCut || fault?.kind === 'lose answer') return void answer.destroy();
    const { 'transfer-encoding': _, 'content-length': __, ...headers } = served.headers;
    if (fault?.kind === 'cut answer') {
      answer.writeHead(served.statusCode ?? 500, { ...headers, 'content-length': `${body.length}` });
      answer.write(body.subarray(0, body.length / 2), () => answer.destroy());
      return;
    }
    const changed = fault?.kind === 'change answer' ? fault : undefined;
    answer.writeHead(changed?.status ?? served.statusCode ?? 500, headers);
    answer.end(changed ? changed.change(body.toString()) : body);
  }

  async #forward(request: IncomingMessage, path: string): Promise<IncomingMessage> {
    const asked = this.pageSize === undefined ? path : path.replace('limit=500', `limit=${this.pageSize}`);
    const { host: _, ...headers } = request.headers;
    const { method = 'GET' } = request;
    const upstream = httpsRequest(new URL(asked, this.#plane.url), { method, headers, ca: this.#plane.ca });
    request.pipe(upstream);
    request.once('close', () => {
      if (!request.complete) upstream.destroy();
    });
    const [served] = (await once(upstream, 'response')) as [IncomingMessage];
    return served;
  }

  #follow(call: ProxiedCall, served: IncomingMessage, answer: ServerResponse): void {
    const watch = { call, answer, silent: false };
    this.#watches.add(watch);
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.flushHeaders();
    served.on('data', chunk => {
      if (!watch.silent) answer.write(chunk);
    });
    served.once('end', () => {
      if (!watch.silent) answer.end();
    });
    served.once('error', () => answer.destroy());
    answer.once('close', () => {
      this.#watches.delete(watch);
      served.destroy();
    });
  }

  #take(call: ProxiedCall): Fault | undefined {
    const plan = this.#plans.find(({ matches }) => matches(call));
    if (!plan) return undefined;
    plan.times -= 1;
    if (plan.times === 0) this.#plans = this.#plans.filter(other => other !== plan);
    return plan.fault;
  }
}
