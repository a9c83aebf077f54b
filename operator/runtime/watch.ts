import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectMeta } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import { z } from 'zod';
import type { KubeApi } from './api.ts';
import { Availability } from './availability.ts';
import { backoffMs } from './backoff.ts';
import { isStatus, KubeError } from './error.ts';
import { type Kind, type KubeObject, objectKey } from './kinds.ts';
import { Store } from './store.ts';

const ListPage = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});

const WatchEvent = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: z.unknown() }),
  z.object({
    type: z.literal('BOOKMARK'),
    object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }),
  }),
  z.object({
    type: z.literal('ERROR'),
    object: z.object({
      code: z.int().default(500),
      reason: z.string().default('Unknown'),
      message: z.string().default('The API server ended the watch with an error.'),
    }),
  }),
]);

export interface WatchOptions {
  namespace?: string;
  labelSelector?: string;
  /** Seconds after which the server ends a watch, so that a dead connection is noticed soon. Default: 60. */
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
  readonly #abort = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;
  #lastHeard = Date.now();
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

  /** Why the store cannot be relied on yet, or undefined if it can. */
  get problem(): string | undefined {
    if (this.#isSynced) return undefined;
    return this.#api.availability.problem ?? this.#availability.problem;
  }

  /** Seconds since the API server last said anything about this collection. */
  get silenceSeconds(): number {
    return (Date.now() - this.#lastHeard) / 1000;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    let version: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      try {
        version ??= await this.#list();
        failures = 0;
        this.#availability.succeeded();
        for await (const seen of this.#watch(version)) version = seen;
        // A server that ends watches at once is not asked again at once.
        await sleep(backoffMs(1, { firstMs: 100, longestMs: 100 }), undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (isStatus(error, 410)) version = undefined;
        else if (error instanceof KubeError || error instanceof UnreadableError)
          this.#availability.failed(error);
        if (failures > 3) version = undefined;
        await sleep(backoffMs(failures, { firstMs: 200, longestMs: 5_000 }), undefined, { signal }).catch(
          () => undefined,
        );
      }
    }
  }

  async #list(): Promise<string> {
    const { namespace, labelSelector } = this.#options;
    const objects: T[] = [];
    let next: string | undefined;
    for (;;) {
      const answer = await this.#api.listPage(this.kind, namespace, {
        labelSelector,
        limit: 500,
        continue: next,
      });
      const page = ListPage.safeParse(answer);
      if (!page.success) throw new UnreadableError('a list', page.error);
      for (const item of page.data.items ?? []) {
        const object = this.#parse(item);
        if (object) objects.push(object);
      }
      const { resourceVersion } = page.data.metadata;
      next = page.data.metadata.continue;
      this.#lastHeard = Date.now();
      if (next) continue;
      this.store.replace(objects, resourceVersion);
      this.#isSynced = true;
      this.#synced.resolve();
      return resourceVersion;
    }
  }

  /** Yields the version that the store has come to after each event. */
  async *#watch(resourceVersion: string): AsyncGenerator<string> {
    const { namespace, labelSelector, timeoutSeconds = 60 } = this.#options;
    const seconds = Math.ceil(timeoutSeconds * (1 + Math.random() / 4));
    const body = await this.#api.openWatch(
      this.kind,
      namespace,
      { labelSelector, resourceVersion, timeoutSeconds: seconds, allowWatchBookmarks: true },
      (seconds + 10) * 1000,
      this.#abort.signal,
    );
    try {
      for await (const line of createInterface({ input: body })) {
        this.#lastHeard = Date.now();
        const version = this.#take(line);
        if (version) yield version;
      }
    } finally {
      body.destroy();
    }
  }

  /** @throws KubeError for an error that the server sent, UnreadableError for what is no event. */
  #take(line: string): string | undefined {
    const event = WatchEvent.safeParse(parseLine(line));
    if (!event.success) throw new UnreadableError('a watch', event.error);
    if (event.data.type === 'ERROR') {
      const { code, reason, message } = event.data.object;
      throw new KubeError(code, reason, message);
    }
    if (event.data.type === 'BOOKMARK') return event.data.object.metadata.resourceVersion;
    const object = this.#parse(event.data.object);
    if (!object) return undefined;
    if (event.data.type === 'DELETED') this.store.remove(objectKey(object.metadata), object.metadata.uid);
    else this.store.put(object);
    return object.metadata.resourceVersion;
  }

  #parse(item: unknown): T | undefined {
    const parsed = this.kind.schema.safeParse(item);
    if (parsed.success) return parsed.data;
    const metadata = z.object({ metadata: ObjectMeta }).safeParse(item).data?.metadata;
    this.#log.warn(
      {
        kind: this.kind.kind,
        namespace: metadata?.namespace,
        name: metadata?.name,
        reason: parsed.error.message,
      },
      'left out an object that is not as it should be',
    );
    return undefined;
  }
}

/** The API server, or something before it, sent what is not Kubernetes. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';

  constructor(where: string, cause: unknown) {
    super(`What the API server sent in ${where} cannot be understood`, { cause });
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
