import { eventually } from '@parley/testing';
import type { Page, WebSocketRoute } from 'playwright-core';

/** The WebSocket between a page and signaling, in the hands of a test. Answers can be held back, and the connection cut. */
export class Wire {
  /** The names of the requests that the page has sent, in their order. */
  readonly asked: string[] = [];
  /** The answers to `resume`, as they came. */
  readonly resumed: Record<string, unknown>[] = [];
  readonly #names = new Map<string, string>();
  readonly #open = new Set<WebSocketRoute>();
  #holds: (name: string) => boolean = () => false;
  #held: { name: string; send: () => void }[] = [];
  #cut = false;

  /** Takes over the connections that the page makes from now on. */
  async takeOver(page: Page): Promise<void> {
    await page.routeWebSocket(/\/socket\.io\//, route => this.#serve(route));
  }

  /** Answers to these requests are held back from now on; those to others that were held are let go. */
  hold(holds: (name: string) => boolean): void {
    this.#holds = holds;
    const held = this.#held;
    this.#held = held.filter(({ name }) => holds(name));
    for (const { name, send } of held) if (!holds(name)) send();
  }

  /** Ends the connection, and every new one until `mend`. */
  cut(): void {
    this.#cut = true;
    for (const route of this.#open) void route.close();
    this.#open.clear();
  }

  mend(): void {
    this.#cut = false;
  }

  /** Resolves when the page has asked this, whatever else; so often in all. */
  async hasAsked(wanted: Record<string, number>): Promise<void> {
    const count = (name: string) => this.asked.filter(one => one === name).length;
    const all = Object.entries(wanted);
    await eventually(
      `the page to have asked ${JSON.stringify(wanted)}`,
      () => all.every(([name, times]) => count(name) >= times),
      60_000,
    );
  }

  #serve(page: WebSocketRoute): void {
    if (this.#cut) {
      void page.close();
      return;
    }
    const server = page.connectToServer();
    this.#open.add(page);
    page.onMessage(message => {
      const request = /^42(\d+)\["(\w+)"/.exec(String(message));
      if (request) {
        const [, id = '', name = ''] = request;
        this.#names.set(id, name);
        this.asked.push(name);
      }
      server.send(message);
    });
    server.onMessage(message => {
      const [, id, body = ''] = /^43(\d+)(.*)$/s.exec(String(message)) ?? [];
      const name = id === undefined ? undefined : this.#names.get(id);
      if (name === 'resume') this.resumed.push(JSON.parse(body)[0]);
      const send = () => page.send(message);
      if (name !== undefined && this.#holds(name)) this.#held.push({ name, send });
      else send();
    });
  }
}
