import { Redis } from 'ioredis';

/** How long Redis may take to answer, in ms. */
const answerMs = 2_000;

/** What the relay asks of Redis. */
export class RedisClients {
  readonly #commands: Redis;
  readonly #messages: Redis;

  constructor(url: string) {
    const retryStrategy = (attempt: number) => Math.min(attempt * 100, 2_000);
    this.#commands = new Redis(url, {
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      connectTimeout: answerMs,
      commandTimeout: answerMs,
      retryStrategy,
    });
    this.#messages = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy });
    // Commands fail by themselves, and messages are only hints.
    for (const client of [this.#commands, this.#messages]) client.on('error', () => {});
  }

  get(key: string): Promise<string | null> {
    return this.#commands.get(key);
  }

  async scan(pattern: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const batch of this.#commands.scanStream({ match: pattern, count: 1_000 }))
      keys.push(...batch);
    return keys;
  }

  /** Calls back for each message of a channel, and again after lost connections. */
  subscribe(channel: string, onMessage: (message: string) => void): void {
    this.#messages.on('message', (_channel, message) => onMessage(message));
    this.#messages.subscribe(channel).catch(() => {});
  }

  close(): void {
    this.#commands.disconnect();
    this.#messages.disconnect();
  }
}
