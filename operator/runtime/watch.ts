import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@parley/telemetry';
import type { KubeApi } from './api.ts';
import { Availability } from './availability.ts';
import { backoffMs } from './backoff.ts';
import { isStatus, KubeError, retryAfterMs } from './error.ts';
import { type Kind, type KubeObject, objectKey } from './kinds.ts';
import { Store } from './store.ts';
import { Identified, ListPage, parseWatchLine, UnreadableError } from './watch-events.ts';

export interface WatchOptions {
  namespace?: string;
  labelSelector?: string;
  /**
   * Seconds after which the server ends a watch; one that says nothing for two thirds longer is dead and given up.
   * Default: 30.
   */
  timeoutSeconds?: number;
}

/** Keeps a `Store` equal to a collection of the API server, by list and watch, whatever happens to either. */
export class ListWatch<T extends KubeObject> {
  readonly store = new Store<T>();
  readonly kind: Kind<T>;
  readonly #api: KubeApi;
  readonly #log: Logger;
  readonly #options: WatchOptions;
  readonly #availability: Availability;
  readonly #stop = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;
  /** The request under way, to be given up for a fresh list. */
  #round = new AbortController();
  #refreshed: PromiseWithResolvers<void> | undefined;
  #lastHeard = performance.now();
  #failures = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(api: KubeApi, kind: Kind<T>, log: Logger, options: WatchOptions = {}) {
    this.#api = api;
    this.kind = kind;
    this.#log = log;
    this.#options = options;
    this.#availability = new Availability(`The watch of ${kind.plural}`, log);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves once the first list is in the store. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Lists anew at once; resolves when the store holds all that was true when this was called. */
  refresh(): Promise<void> {
    this.#refreshed ??= Promise.withResolvers();
    const { promise } = this.#refreshed;
    this.#round.abort();
    return promise;
  }

  /** Why the store cannot be relied on yet, or undefined if it can. */
  get problem(): string | undefined {
    if (this.#isSynced) return undefined;
    return this.#api.availability.problem ?? this.#availability.problem;
  }

  /** Seconds since the API server last said anything about this collection. */
  get silenceSeconds(): number {
    return (performance.now() - this.#lastHeard) / 1000;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#round.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let version: string | undefined;
    while (!this.#stop.signal.aborted) {
      this.#round = new AbortController();
      const { signal } = this.#round;
      const refreshed = this.#refreshed;
      this.#refreshed = undefined;
      if (refreshed) version = undefined;
      try {
        version ??= await this.#list(signal);
        refreshed?.resolve();
        for await (const seen of this.#watch(version, signal)) {
          version = seen;
          this.#succeeded();
        }
        this.#succeeded();
        // A server that ends watches at once is not asked again at once.
        await this.#pause(backoffMs(1, { firstMs: 100, longestMs: 100 }));
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        // Whoever waits for a fresh list goes on waiting, for the next one.
        if (refreshed && version === undefined) this.#waitFor(refreshed);
        if (signal.aborted) continue;
        this.#failures += 1;
        const unreadable = error instanceof UnreadableError;
        // Who is too busy for a watch is not asked for a list, which costs more.
        const helpless = this.#failures > 3 && !isStatus(error, 429);
        // What could not be read may have been news: only a list makes up for it.
        if (unreadable || isStatus(error, 410) || helpless) version = undefined;
        if ((error instanceof KubeError && error.status !== 410) || unreadable)
          this.#availability.failed(error);
        const pause = backoffMs(this.#failures, { firstMs: 200, longestMs: 5_000 });
        await this.#pause(Math.max(pause, Math.min(retryAfterMs(error), 30_000)));
      }
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#availability.succeeded();
  }

  /** Waits until the time is over, somebody wants a fresh list, or all ends. */
  async #pause(ms: number): Promise<void> {
    if (this.#round.signal.aborted) return;
    await sleep(ms, undefined, { signal: this.#round.signal }).catch(() => undefined);
  }

  #waitFor(earlier: PromiseWithResolvers<void>): void {
    this.#refreshed ??= Promise.withResolvers();
    void this.#refreshed.promise.then(earlier.resolve);
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { namespace, labelSelector } = this.#options;
    const objects: T[] = [];
    const unreadable: string[] = [];
    let next: string | undefined;
    for (;;) {
      const query = { labelSelector, limit: 500, continue: next };
      const page = ListPage.safeParse(await this.#api.listPage(this.kind, namespace, query, signal));
      if (!page.success) throw new UnreadableError('a list', page.error);
      for (const item of page.data.items ?? []) {
        const identified = Identified.safeParse(item);
        if (!identified.success) throw new UnreadableError('a list', identified.error);
        const object = this.#parse(item, identified.data);
        if (object) objects.push(object);
        else unreadable.push(objectKey(identified.data.metadata));
      }
      const { resourceVersion } = page.data.metadata;
      next = page.data.metadata.continue;
      this.#lastHeard = performance.now();
      if (next) continue;
      this.store.replace(objects, resourceVersion, unreadable);
      this.#isSynced = true;
      this.#synced.resolve();
      return resourceVersion;
    }
  }

  /** Yields the version that the store has come to after each event. */
  async *#watch(resourceVersion: string, signal: AbortSignal): AsyncGenerator<string> {
    const { namespace, labelSelector, timeoutSeconds = 30 } = this.#options;
    const seconds = Math.ceil(timeoutSeconds * (1 + Math.random() / 4));
    const body = await this.#api.openWatch(
      this.kind,
      namespace,
      { labelSelector, resourceVersion, timeoutSeconds: seconds, allowWatchBookmarks: true },
      (timeoutSeconds * 5 * 1000) / 3,
      signal,
    );
    try {
      for await (const line of createInterface({ input: body })) {
        this.#lastHeard = performance.now();
        yield this.#take(line);
      }
    } finally {
      body.destroy();
    }
    this.#lastHeard = performance.now();
  }

  /** @throws KubeError for an error that the server sent, UnreadableError for what is no event of this kind. */
  #take(line: string): string {
    const event = parseWatchLine(line);
    if (event.type === 'ERROR') {
      const { code, reason, message } = event.object;
      throw new KubeError(code, reason, message);
    }
    const { metadata } = event.object;
    if (event.type === 'BOOKMARK') return metadata.resourceVersion;
    const { object } = event;
    if (object.kind !== this.kind.kind)
      throw new UnreadableError(`a watch of ${this.kind.plural}`, `${object.kind}`);
    if (event.type === 'DELETED') {
      this.store.remove(objectKey(object.metadata), object.metadata.uid);
      return metadata.resourceVersion;
    }
    const parsed = this.#parse(object, object);
    if (parsed) this.store.put(parsed);
    return metadata.resourceVersion;
  }

  /** An object that is not as its kind should be is left as it was last known. */
  #parse(item: unknown, { metadata }: Identified): T | undefined {
    const parsed = this.kind.schema.safeParse(item);
    if (parsed.success) return parsed.data;
    const { namespace, name } = metadata;
    this.#log.warn(
      { kind: this.kind.kind, namespace, name, reason: parsed.error.message },
      'left out an object that is not as it should be',
    );
    return undefined;
  }
}
