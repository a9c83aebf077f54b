import { redisChannels, redisKeys, SfuRegistration, sfuHeartbeatMs, sfuLeaseMs } from '@parley/protocol';
import { getAll } from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import { describeError } from '../runtime/index.ts';
import { chunks, type RedisConnection } from './connection.ts';

export interface RegistrationsOptions {
  redis: RedisConnection;
  log: Logger;
  /** The SFU pods that exist. */
  pods: () => Iterable<string>;
  /** Is told once when it is known which SFUs live. */
  onKnown: () => void;
  /** Is told of pods whose SFU came, went, was replaced or began to drain. */
  onChange: (pod: string) => void;
}

/**
 * Which SFU processes live, as they say themselves. While Redis does not answer, the last word holds: a dead Redis
 * must not move a room.
 */
export class Registrations {
  readonly #options: RegistrationsOptions;
  readonly #seen = new Map<string, SfuRegistration>();
  /** Pods whose registration could not be understood, to say so only once. */
  readonly #unreadable = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #again = false;
  #working = false;
  /** Until then a missing registration means that Redis has lost it. */
  #graceUntil = 0;
  #isKnown = false;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
    options.redis.onMessage(redisChannels.sfus, () => this.look());
    options.redis.onAvailable(() => {
      this.#graceUntil = Date.now() + sfuLeaseMs;
      this.look();
    });
  }

  /** Whether Redis has been read at all. */
  get known(): boolean {
    return this.#isKnown;
  }

  get(pod: string): SfuRegistration | undefined {
    return this.#seen.get(pod);
  }

  /** To be called once the pods are known: a pod that was not asked about looks like one that is gone. */
  start(): void {
    this.#working = true;
    this.look();
    this.#timer = setInterval(() => this.look(), sfuHeartbeatMs);
  }

  stop(): void {
    this.#working = false;
    clearInterval(this.#timer);
  }

  /** Reads the registrations now, or right after the reading that is under way. */
  look(): void {
    if (!this.#working) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    void this.#read()
      .catch(() => undefined)
      .finally(() => {
        this.#reading = false;
        if (!this.#again) return;
        this.#again = false;
        this.look();
      });
  }

  async #read(): Promise<void> {
    const pods = [...this.#options.pods()];
    const found: (string | null)[] = [];
    for (const chunk of chunks(pods)) {
      found.push(...(await this.#options.redis.run(redis => getAll(redis, chunk.map(redisKeys.sfu)))));
    }
    if (pods.length === 0) await this.#options.redis.run(redis => redis.ping());
    const existing = new Set(pods);
    for (const pod of this.#seen.keys()) if (!existing.has(pod)) this.#seen.delete(pod);
    pods.forEach((pod, index) => {
      if (this.#take(pod, found[index] ?? undefined)) this.#options.onChange(pod);
    });
    if (this.#isKnown) return;
    this.#isKnown = true;
    this.#options.onKnown();
  }

  /** @returns whether anything but the load is new. */
  #take(pod: string, json: string | undefined): boolean {
    const before = this.#seen.get(pod);
    const now = json === undefined ? undefined : this.#parse(pod, json);
    if (!now) {
      if (!before || Date.now() < this.#graceUntil) return false;
      this.#seen.delete(pod);
      this.#options.log.warn({ sfu: pod }, 'an SFU is gone');
      return true;
    }
    this.#seen.set(pod, now);
    if (before?.instance !== now.instance) {
      this.#options.log.info({ sfu: pod, instance: now.instance }, 'an SFU has come');
      return true;
    }
    return before.state !== now.state || before.controlUrl !== now.controlUrl;
  }

  #parse(pod: string, json: string): SfuRegistration | undefined {
    try {
      const registration = SfuRegistration.parse(JSON.parse(json));
      this.#unreadable.delete(pod);
      return registration;
    } catch (error) {
      if (!this.#unreadable.has(pod)) {
        this.#options.log.warn({ sfu: pod, reason: describeError(error) }, 'cannot read an SFU registration');
        this.#unreadable.add(pod);
      }
      return undefined;
    }
  }
}
