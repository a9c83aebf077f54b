import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isStatus, KubeError } from '@parley/resources';
import type { KubeClient } from './client.ts';
import type { List } from './types.ts';
import type { KubeObject } from './wire.ts';

/** Told about every object of a collection, first as a whole, then change by change. */
export interface Watcher<T> {
  /** Everything that exists now; what is not in it is gone. */
  replace(items: T[]): void;
  set(item: T): void;
  remove(item: T): void;
}

const watchSeconds = 60;
const longestPauseMs = 3_000;

/** A watch that ended normally or whose history is gone, or an event of it. */
interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T & { code?: number; message?: string; reason?: string };
}

/**
 * Lists a collection and follows its changes until `signal` aborts. Each watch ends by itself after a minute and a
 * silent one is cut, so a lost connection cannot go unnoticed.
 */
export async function watchCollection<T extends KubeObject>(
  client: KubeClient,
  path: string,
  watcher: Watcher<T>,
  signal: AbortSignal,
): Promise<void> {
  let version: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = await client.call<List<T>>({ path, signal });
        version = list.metadata.resourceVersion;
        watcher.replace(list.items);
      }
      for await (const seen of follow<T>(client, path, version, signal)) {
        failures = 0;
        version = seen;
        if (signal.aborted) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isStatus(error, 410)) {
        version = undefined;
        continue;
      }
      failures += 1;
      const pause = Math.min(longestPauseMs, 100 * 2 ** failures) * (0.5 + Math.random() / 2);
      const asked = error instanceof KubeError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      await sleep(Math.max(pause, asked), undefined, { signal }).catch(() => undefined);
    }
  }

  async function* follow<Item extends T>(from: KubeClient, where: string, since: string, until: AbortSignal) {
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${since}`;
    const body = await from.open({
      path: `${where}?${query}`,
      signal: until,
      timeoutMs: (watchSeconds + 15) * 1000,
    });
    for await (const line of lines(body)) {
      const { type, object } = JSON.parse(line) as WatchEvent<Item>;
      if (type === 'ERROR')
        throw new KubeError(object.code ?? 500, object.reason ?? '', object.message ?? '');
      if (type === 'DELETED') watcher.remove(object);
      else if (type !== 'BOOKMARK') watcher.set(object);
      yield object.metadata?.resourceVersion ?? since;
    }
  }
}

async function* lines(body: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.setEncoding('utf8')) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
