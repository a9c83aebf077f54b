import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@parley/telemetry';
import type { KubeApi } from './api.ts';
import { describeError } from './availability.ts';
import { isStatus } from './error.ts';
import type { Fence } from './fence.ts';
import type { ObjectName } from './kinds.ts';
import { decideLease, type Lease, type LeaseTimes, leases, releasedSpec, type Sighting } from './lease.ts';

export interface LeaderElectorOptions {
  /** Outside the fence, and of little patience: a second request has to fit before the deadline. */
  api: Pick<KubeApi, 'get' | 'create' | 'update'>;
  log: Logger;
  /** The Lease that is fought for. */
  lease: ObjectName;
  /** Who this process is; no other may ever say the same. */
  identity: string;
  times: LeaseTimes;
  /** Is opened while this process leads and closed for good when it no longer does. */
  fence: Fence;
}

const tooLate = 'its lease was not renewed in time';

/**
 * Holds a Lease so that one process of several acts. Who cannot renew it stops acting before another may begin, and
 * never begins again: a fresh process does.
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #elected = Promise.withResolvers<void>();
  readonly #lost = Promise.withResolvers<string>();
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #seen: Sighting | undefined;
  #leading = false;
  #deadline: NodeJS.Timeout | undefined;
  #holder: string | undefined;
  #problem: string | undefined;
  #lastBeat: number | undefined;

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
  }

  get isLeading(): boolean {
    return this.#leading && this.#options.fence.isOpen;
  }

  /** Resolves when this process has become the leader. */
  get elected(): Promise<void> {
    return this.#elected.promise;
  }

  /** Resolves with the reason when this process was the leader and is no longer. */
  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  /** Seconds since the election last made a step, whatever came of it; 0 before it has begun. */
  get silenceSeconds(): number {
    return this.#lastBeat === undefined ? 0 : (performance.now() - this.#lastBeat) / 1000;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Stops acting, and gives the lease back so that another need not wait for its end. */
  async stop(): Promise<void> {
    const { fence, api, lease, log } = this.#options;
    const held = this.isLeading;
    this.#stop.abort();
    clearTimeout(this.#deadline);
    fence.close('it is stopping');
    await this.#running;
    this.#leading = false;
    if (!held || !this.#seen) return;
    const { resourceVersion } = this.#seen.lease.metadata;
    try {
      const spec = releasedSpec(this.#seen.lease, new Date());
      await api.update(leases, lease, body(lease, spec, resourceVersion));
      log.info({ lease: lease.name }, 'gave the lease back');
    } catch (error) {
      log.warn({ lease: lease.name, reason: describeError(error) }, 'could not give the lease back');
    }
  }

  async #run(): Promise<void> {
    const { retryMs } = this.#options.times;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#lastBeat = performance.now();
      await this.#look().then(
        () => this.#say(undefined),
        error => this.#say(error),
      );
      if (this.#leading && !this.#options.fence.isOpen) return;
      const pause = retryMs * (0.9 + Math.random() / 5);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Looks at the lease and does what it takes. */
  async #look(): Promise<void> {
    const { api, lease: name, identity, times } = this.#options;
    // A holder that was not disturbed knows its lease; anyone else has to read it.
    if (!this.#leading || !this.#seen) await this.#read();
    const began = performance.now();
    const step = decideLease(this.#seen, identity, began, times, new Date());
    if (step.do === 'wait') {
      if (this.#leading) this.#lose(`${step.holder} holds the lease`);
      else this.#standBy(step.holder);
      return;
    }
    try {
      const held =
        step.do === 'create'
          ? await api.create(leases, name, body(name, step.spec))
          : await api.update(leases, name, body(name, step.spec, step.resourceVersion));
      this.#see(held);
      this.#renewed(began);
    } catch (error) {
      // Another was faster, or this is the echo of an own write whose answer was lost: the next look tells.
      this.#seen = this.#leading ? undefined : this.#seen;
      if (!isStatus(error, 409)) throw error;
    }
  }

  #standBy(holder: string): void {
    if (holder === this.#holder) return;
    this.#holder = holder;
    this.#options.log.info({ leader: holder }, 'another operator leads; standing by');
  }

  async #read(): Promise<void> {
    const { api, lease } = this.#options;
    try {
      this.#see(await api.get(leases, lease));
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
      this.#seen = undefined;
    }
  }

  #see(lease: Lease): void {
    if (lease.metadata.resourceVersion === this.#seen?.lease.metadata.resourceVersion) return;
    this.#seen = { lease, sinceMs: performance.now() };
  }

  /** @param began when the renewal was sent: others count from when it arrived, which was later. */
  #renewed(began: number): void {
    const { fence, times, lease, identity, log } = this.#options;
    if (this.#stop.signal.aborted) return;
    if (this.#leading && !fence.isOpen) {
      this.#lose(tooLate);
      return;
    }
    const actUntil = began + times.renewDeadlineMs;
    fence.openUntil(actUntil, began + times.durationSeconds * 1000);
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#lose(tooLate), actUntil - performance.now());
    if (this.#leading) return;
    this.#leading = true;
    log.info({ lease: lease.name, identity }, 'this operator leads');
    this.#elected.resolve();
  }

  #lose(why: string): void {
    clearTimeout(this.#deadline);
    this.#options.fence.close(why);
    this.#stop.abort();
    this.#lost.resolve(this.#problem === undefined ? why : `${why}: ${this.#problem}`);
  }

  /** Says once when the lease cannot be read or written; the API server's absence is said elsewhere. */
  #say(error: unknown): void {
    const problem = error === undefined ? undefined : describeError(error);
    if (problem !== undefined && this.#problem === undefined) {
      this.#options.log.warn({ reason: problem }, 'could not look after the lease; trying again');
    }
    this.#problem = problem;
  }
}

function body({ namespace, name }: ObjectName, spec: Lease['spec'], resourceVersion?: string): object {
  const metadata = { namespace, name, ...(resourceVersion ? { resourceVersion } : {}) };
  return { apiVersion: leases.apiVersion, kind: leases.kind, metadata, spec };
}
