import { type KubeClient, watchCollection } from '@parley/local';
import { apiVersion } from '@parley/resources';

const path = `/apis/${apiVersion}/namespaces/default/rooms`;

interface SeenRoom {
  apiVersion: string;
  kind: string;
  metadata: { name: string; resourceVersion: string };
  status?: { conditions?: { type: string; status: string }[] };
}

/** Requests that are under way at the same time: enough to keep the API server busy, too few to flood it. */
const concurrency = 8;

/** Makes Rooms and sees by a watch when they are Ready. */
export class Rooms implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #abort = new AbortController();
  readonly #stopped: AbortSignal;
  readonly #waiting = new Map<string, () => void>();
  readonly #watching: Promise<void>;
  readonly #listed = Promise.withResolvers<void>();

  /** @param signal ends every wait. */
  constructor(client: KubeClient, signal: AbortSignal) {
    this.#client = client;
    this.#stopped = AbortSignal.any([signal, this.#abort.signal]);
    this.#watching = watchCollection<SeenRoom>(
      client,
      path,
      {
        replace: rooms => {
          for (const room of rooms) this.#see(room);
          this.#listed.resolve();
        },
        set: room => this.#see(room),
        remove: () => undefined,
      },
      this.#abort.signal,
    );
  }

  /** Resolves once the watch sees what happens. */
  get watches(): Promise<void> {
    return this.#listed.promise;
  }

  /**
   * Makes one Room.
   *
   * @returns the milliseconds from asking for it until the watch saw it Ready.
   */
  async makeReady(name: string): Promise<number> {
    const ready = this.#ready(name);
    const began = performance.now();
    await Promise.all([this.#create(name), ready]);
    return performance.now() - began;
  }

  /**
   * Makes many Rooms at once.
   *
   * @param progress is told how many are Ready, from time to time.
   * @returns the seconds until the last one was made, and until the watch saw all of them Ready.
   */
  async makeAllReady(
    names: readonly string[],
    progress: (ready: number) => void,
  ): Promise<{ madeSeconds: number; readySeconds: number }> {
    let count = 0;
    const ready = names.map(name =>
      this.#ready(name).then(() => {
        count += 1;
      }),
    );
    const telling = setInterval(() => progress(count), 2_000);
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1_000;
    try {
      const left = names.values();
      const maker = async () => {
        for (const name of left) await this.#create(name);
      };
      const made = Promise.all(Array.from({ length: concurrency }, maker)).then(seconds);
      const [madeSeconds] = await Promise.all([made, ...ready]);
      return { madeSeconds, readySeconds: seconds() };
    } finally {
      clearInterval(telling);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#watching;
  }

  async #ready(name: string): Promise<void> {
    const ready = Promise.withResolvers<void>();
    this.#waiting.set(name, ready.resolve);
    const stop = () => ready.reject(this.#stopped.reason);
    this.#stopped.addEventListener('abort', stop, { once: true });
    await ready.promise.finally(() => this.#stopped.removeEventListener('abort', stop));
  }

  async #create(name: string): Promise<void> {
    this.#stopped.throwIfAborted();
    const body = { apiVersion, kind: 'Room', metadata: { name }, spec: {} };
    await this.#client.call({ method: 'POST', path, body });
  }

  #see({ metadata: { name }, status }: SeenRoom): void {
    const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    if (!ready) return;
    this.#waiting.get(name)?.();
    this.#waiting.delete(name);
  }
}

/** Names that sort in the order of their numbers. */
export const roomNames = (count: number, prefix = 'room'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${`${index + 1}`.padStart(5, '0')}`);
