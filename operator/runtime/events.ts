import { createHash, randomBytes } from 'node:crypto';
import { ObjectMeta } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import { z } from 'zod';
import type { KubeApi } from './api.ts';
import { describeError } from './availability.ts';
import { isStatus } from './error.ts';
import type { Kind, KubeObject } from './kinds.ts';

/** Something that happened to an object, for people who read `kubectl describe`. */
export interface Happening {
  type: 'Normal' | 'Warning';
  /** A CamelCase word. */
  reason: string;
  message: string;
}

const Event = z.object({ metadata: ObjectMeta });
const events: Kind<z.infer<typeof Event>> = {
  apiVersion: 'v1',
  kind: 'Event',
  plural: 'events',
  schema: Event,
};

interface Told {
  name: string;
  namespace: string;
  count: number;
}

/** More of them than this wait or are remembered at most. */
const limit = 2_000;

/**
 * Records events (core/v1, which every kubectl shows) one after the other. What repeats raises the count of the
 * first. They are best effort: one that cannot be written is dropped.
 */
export class EventRecorder {
  readonly #api: KubeApi;
  readonly #log: Logger;
  readonly #component: string;
  readonly #told = new Map<string, Told>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(api: KubeApi, log: Logger, component: string) {
    this.#api = api;
    this.#log = log;
    this.#component = component;
  }

  record(kind: Kind<KubeObject>, { metadata }: KubeObject, happening: Happening): void {
    if (this.#waiting >= limit) return;
    this.#waiting += 1;
    const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    this.#last = this.#last
      .then(() => this.#write(kind, metadata, happening, at))
      .catch((error: unknown) => {
        this.#log.debug({ event: happening.reason, reason: describeError(error) }, 'dropped an event');
      })
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Resolves when what was recorded so far is written or dropped. */
  flush(): Promise<void> {
    return this.#last;
  }

  async #write(kind: Kind<KubeObject>, object: ObjectMeta, happening: Happening, at: string): Promise<void> {
    const id = createHash('sha256')
      .update(JSON.stringify([object.uid, happening.type, happening.reason, happening.message]))
      .digest('hex');
    const told = this.#told.get(id);
    if (told && (await this.#repeat(told, at))) return;
    const namespace = object.namespace ?? 'default';
    const name = `${object.name.slice(0, 200)}.${randomBytes(8).toString('hex')}`;
    await this.#api.createBlind(
      events,
      { namespace, name },
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: {
          apiVersion: kind.apiVersion,
          kind: kind.kind,
          name: object.name,
          uid: object.uid,
          resourceVersion: object.resourceVersion,
          ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
        },
        ...happening,
        message: happening.message.slice(0, 1024),
        count: 1,
        firstTimestamp: at,
        lastTimestamp: at,
        source: { component: this.#component },
        reportingComponent: this.#component,
        reportingInstance: '',
      },
    );
    if (this.#told.size >= limit) this.#told.delete(this.#told.keys().next().value ?? '');
    this.#told.set(id, { name, namespace, count: 1 });
  }

  /** @returns false if the event is no longer there. */
  async #repeat(told: Told, at: string): Promise<boolean> {
    try {
      await this.#api.patch(events, told, { count: told.count + 1, lastTimestamp: at });
      told.count += 1;
      return true;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      throw error;
    }
  }
}
