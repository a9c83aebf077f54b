import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { controlApi, type ReadyPlacement } from '@parley/protocol';
import type { z } from 'zod';

/** What an SFU is asked for consumers. */
export type Asked = z.output<(typeof controlApi)['openConsumers']['body']>;

/** Stands before the control API of an SFU and notes what signaling asks it for. */
export class ControlProxy implements AsyncDisposable {
  /** Where it is, for placements. */
  readonly sfu: ReadyPlacement['sfu'];
  /** All that was asked of consumers. */
  readonly asked: Asked[] = [];
  /** Methods and paths of all calls. */
  readonly calls: string[] = [];
  readonly #server: http.Server;

  private constructor(server: http.Server, behind: ReadyPlacement['sfu']) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.sfu = { ...behind, controlUrl: `http://127.0.0.1:${port}` };
    server.on('request', (request, response) => {
      this.#pass(request, response, behind.controlUrl).catch(() => response.destroy());
    });
  }

  static async before(sfu: ReadyPlacement['sfu']): Promise<ControlProxy> {
    const server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ControlProxy(server, sfu);
  }

  async #pass(request: http.IncomingMessage, response: http.ServerResponse, to: string): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString();
    const { method = '', url = '' } = request;
    this.calls.push(`${method} ${url}`);
    if (method === 'POST' && url.endsWith('/consumers')) {
      this.asked.push(controlApi.openConsumers.body.parse(JSON.parse(body)));
    }
    const { authorization = '', 'content-type': type } = request.headers;
    const answer = await fetch(`${to}${url}`, {
      method,
      headers: { authorization, ...(type && { 'content-type': type }) },
      ...(body && { body }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await promisify(this.#server.close).call(this.#server);
  }
}
