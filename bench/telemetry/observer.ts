import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerProcess } from '../process.ts';

/** How often figures are fetched, in ms: three times as often as Prometheus does by default. */
const scrapeMs = 5_000;

/** What a cluster that is watched has beside it: somebody who fetches figures, and somebody who takes traces. */
export class Observer implements AsyncDisposable {
  /** What the processes that are watched are told. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #server: ReturnType<typeof createServer>;
  #timer: NodeJS.Timeout | undefined;
  #exports = 0;
  #scrapes = 0;

  private constructor(server: ReturnType<typeof createServer>) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_TRACES_SAMPLER_ARG: '1',
    };
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

  /** How often traces came and figures were fetched. */
  get counts(): { exports: number; scrapes: number } {
    return { exports: this.#exports, scrapes: this.#scrapes };
  }

  /** Fetches the figures of this process from now on, as Prometheus does. */
  watch({ url }: ServerProcess): void {
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
    this.#timer = setInterval(async () => {
      const answer = await fetch(`${url}/metrics`, { headers: { accept } }).catch(() => undefined);
      if (answer?.ok && (await answer.text()).length > 0) this.#scrapes++;
    }, scrapeMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
