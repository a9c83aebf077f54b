import { randomBytes } from 'node:crypto';
import { type KubeClient, patchTypes } from '../kube/client.ts';
import type { Pod } from '../kube/types.ts';

const component = 'pod-runner';
/** How many different events are remembered for counting. */
const remembered = 500;

/** Writes events about pods; one that comes again is counted up. Events are for people: a lost one is no fault. */
export class EventRecorder {
  readonly #client: KubeClient;
  readonly #host: string;
  readonly #seen = new Map<string, { path: string; count: number }>();

  constructor(client: KubeClient, host: string) {
    this.#client = client;
    this.#host = host;
  }

  record(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { name = '', namespace = 'default', uid = '' } = pod.metadata ?? {};
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const key = `${uid} ${reason} ${message}`;
    const earlier = this.#seen.get(key);
    if (earlier) {
      earlier.count += 1;
      this.#send('PATCH', earlier.path, { count: earlier.count, lastTimestamp: now });
      return;
    }
    const collection = `/api/v1/namespaces/${namespace}/events`;
    const eventName = `${name}.${randomBytes(6).toString('hex')}`;
    this.#remember(key, `${collection}/${eventName}`);
    this.#send('POST', collection, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component, host: this.#host },
    });
  }

  #remember(key: string, path: string): void {
    this.#seen.set(key, { path, count: 1 });
    const oldest = this.#seen.keys().next();
    if (this.#seen.size > remembered && !oldest.done) this.#seen.delete(oldest.value);
  }

  #send(method: 'POST' | 'PATCH', path: string, body: object): void {
    const contentType = method === 'PATCH' ? { contentType: patchTypes.merge } : {};
    this.#client.call({ method, path, body, ...contentType }).catch(() => undefined);
  }
}
