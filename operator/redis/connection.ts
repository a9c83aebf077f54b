import { createRedis, onServersChanged, type RedisClient, type RedisServer } from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import { Availability, describeError } from '../runtime/index.ts';

/** How long a command may take before Redis counts as unreachable. */
const commandTimeoutMs = 2_000;

/** Redis cannot be asked right now, or refuses. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  readonly code = 'redis_unavailable';

  constructor(cause: unknown) {
    super('Redis does not do what it is asked; the operator tries again', { cause });
  }
}

/**
 * The operator's connections to Redis: one for commands, one for messages. They come back by themselves; commands
 * fail at once while there is no connection.
 */
export class RedisConnection {
  readonly #commands: RedisClient;
  readonly #messages: RedisClient;
  readonly #availability: Availability;
  readonly #onAvailable: (() => void)[] = [];
  readonly #onMessage = new Map<string, (message: string) => void>();
  #stopped = false;

  constructor(server: RedisServer, log: Logger) {
    this.#availability = new Availability('Redis', log);
    const common = { timeoutMs: commandTimeoutMs, lazy: true };
    this.#commands = createRedis(server, { ...common, name: 'parley-operator', purpose: 'commands' });
    this.#messages = createRedis(server, {
      ...common,
      name: 'parley-operator-messages',
      purpose: 'subscriptions',
    });
    onServersChanged(this.#commands, () => this.#succeeded(true));
    for (const connection of [this.#commands, this.#messages]) {
      connection.on('error', error => this.#failed(error));
      connection.on('close', () => this.#failed(new Error('the connection is closed')));
    }
    this.#messages.on('message', (channel, message) => this.#onMessage.get(channel)?.(message));
    this.#messages.on('ready', () => void this.#subscribe());
  }

  get available(): boolean {
    return this.#availability.available;
  }

  /** Why Redis cannot be asked, or undefined if it can. */
  get problem(): string | undefined {
    return this.#availability.problem;
  }

  /** Calls back whenever Redis can be asked again: what it held may be gone. */
  onAvailable(callback: () => void): void {
    this.#onAvailable.push(callback);
  }

  /** Calls back for messages of a channel; to be said before `start`. */
  onMessage(channel: string, callback: (message: string) => void): void {
    this.#onMessage.set(channel, callback);
  }

  start(): void {
    const ignore = () => undefined;
    this.#commands.connect().catch(ignore);
    this.#messages.connect().catch(ignore);
  }

  /** @throws RedisUnavailableError if it does not answer, or refuses. */
  async run<T>(work: (redis: RedisClient) => Promise<T>): Promise<T> {
    const { status } = this.#commands;
    // The connection itself says when it breaks and when it is back.
    if (status !== 'ready') throw new RedisUnavailableError(new Error(`the connection is ${status}`));
    try {
      const result = await work(this.#commands);
      this.#succeeded(false);
      return result;
    } catch (error) {
      // A refusal is an answer: a Redis that has no space for what is written still holds what it held.
      if (!isRefusal(error)) this.#failed(error);
      throw new RedisUnavailableError(new Error(describeError(error)));
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#commands.disconnect();
    this.#messages.disconnect();
  }

  async #subscribe(): Promise<void> {
    const channels = [...this.#onMessage.keys()];
    if (channels.length === 0) return;
    await this.#messages.subscribe(...channels).catch(() => undefined);
  }

  #failed(error: unknown): void {
    if (!this.#stopped) this.#availability.failed(error);
  }

  #succeeded(connected: boolean): void {
    const changed = this.#availability.succeeded();
    if (!changed && !connected) return;
    for (const callback of this.#onAvailable) callback();
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

/** Splits what would be too much for one command. */
export function* chunks<T>(items: Iterable<T>, size = 500): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
