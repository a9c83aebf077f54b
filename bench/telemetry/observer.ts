import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerProcess } from '../process.ts';

/** How often figures are fetched, in s, as the chart has it by default. A window that is as long has one of it. */
export const scrapeSeconds = 15;

/** The share of traces that an installation records unless it says otherwise: `tracing.ratio` of the chart. */
export const usualShare = 0.1;

/** What a cluster that is watched has beside it: somebody who fetches figures, and somebody who takes traces. */
export class Observer implements AsyncDisposable {
  readonly #server: ReturnType<typeof createServer>;
  readonly #timers: NodeJS.Timeout[] = [];
  #exports = 0;
  #scrapes = 0;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    server.on('request', (request, response) => {
      request.resume();
      request.once('end', () => {
        this.#exports++;
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<Observer> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new Observer(server);
  }

  /** What a process is told of which this share of the traces is recorded. */
  environment(share: number): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_TRACES_SAMPLER_ARG: `${share}`,
    };
  }

  /** How often traces came and figures were fetched. */
  get counts(): { exports: number; scrapes: number } {
    return { exports: this.#exports, scrapes: this.#scrapes };
  }

  /** Fetches the figures of this process from now on, as Prometheus does. */
  watch({ url }: ServerProcess): void {
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
    const timer = setInterval(async () => {
      const answer = await fetch(`${url}/metrics`, { headers: { accept } }).catch(() => undefined);
      if (answer?.ok && (await answer.text()).length > 0) this.#scrapes++;
    }, scrapeSeconds * 1_000);
    this.#timers.push(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
