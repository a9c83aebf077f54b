import {
  redisChannels,
  redisKeys,
  type SfuInstance,
  SfuRegistration,
  sfuLeaseMs,
  sfuLookMs,
} from '@parley/protocol';
import { getAll } from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import { describeError } from '../runtime/index.ts';
import { SfuLines } from '../sfu-lines.ts';
import { chunks, type RedisConnection } from './connection.ts';

export interface RegistrationsOptions {
  redis: RedisConnection;
  log: Logger;
  /** The SFU pods that exist. */
  pods: () => Iterable<string>;
  /** Is told once when it is known which SFUs live. */
  onKnown: () => void;
  /** Asks an SFU that does not renew its registration whether it is there. */
  isThere: (sfu: SfuRegistration) => Promise<boolean>;
  /** Is told of pods whose SFU came, went, was replaced or began to drain. */
  onChange: (pod: string) => void;
  /** Is told after each reading of all SFUs that live. */
  onRead?: (sfus: Iterable<SfuRegistration>) => void;
}

/** For how long a process that is gone may still be registered, in ms: the lease of the version before. */
const longestLeaseMs = 3_000;

/**
 * Which SFU processes live, as they say themselves in Redis, as long as nobody is known to be gone by its connection. One that does not
 * renew its lease is asked before it counts as gone: perhaps it does not reach Redis, or is slow. While Redis does not answer, the last word
 * holds: a dead Redis must not move a room.
 */
export class Registrations {
  readonly #options: RegistrationsOptions;
  readonly #seen = new Map<string, SfuRegistration>();
  /** What stood in Redis for each pod. */
  readonly #texts = new Map<string, string>();
  readonly #lines = new SfuLines(instance => this.#refused(instance));
  /** Processes that are gone, and until when Redis may say otherwise, in ms since 1970. */
  readonly #gone = new Map<SfuInstance, number>();
  /** Processes that are asked whether they are there. */
  readonly #asked = new Set<SfuInstance>();
  /** Those that were there although they did not renew their lease. */
  readonly #silent = new Set<SfuInstance>();
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

  /** Whether it was there when it was last asked, though it does not renew its registration: what it carries is not known. */
  isSilent(instance: SfuInstance): boolean {
    return this.#silent.has(instance);
  }

  /** To be called once the pods are known: a pod that was not asked about looks like one that is gone. */
  start(): void {
    this.#working = true;
    this.look();
    this.#timer = setInterval(() => this.look(), sfuLookMs);
  }

  stop(): void {
    this.#working = false;
    clearInterval(this.#timer);
    this.#lines.close();
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
    for (const pod of [...this.#seen.keys(), ...this.#texts.keys()]) {
      if (existing.has(pod)) continue;
      this.#seen.delete(pod);
      this.#texts.delete(pod);
    }
    pods.forEach((pod, index) => {
      if (this.#take(pod, found[index] ?? undefined)) this.#options.onChange(pod);
    });
    if (this.#working) this.#lines.follow(this.#seen.values());
    this.#options.onRead?.(this.#seen.values());
    if (this.#isKnown) return;
    this.#isKnown = true;
    this.#options.onKnown();
  }

  /** @returns whether anything but the load is new. */
  #take(pod: string, json: string | undefined): boolean {
    const before = this.#seen.get(pod);
    // Most of what is read is what was read before.
    if (before && json !== undefined && json === this.#texts.get(pod)) return false;
    const now = json === undefined ? undefined : this.#parse(pod, json);
    if (!now) {
      this.#texts.delete(pod);
      if (before && Date.now() >= this.#graceUntil) void this.#doubt(pod, before);
      return false;
    }
    if (Date.now() < (this.#gone.get(now.instance) ?? 0)) return false;
    this.#gone.delete(now.instance);
    if (json !== undefined) this.#texts.set(pod, json);
    this.#seen.set(pod, now);
    if (this.#silent.delete(now.instance)) {
      this.#options.log.info({ sfu: pod, instance: now.instance }, 'an SFU renews its registration again');
    }
    if (before?.instance !== now.instance) {
      this.#options.log.info({ sfu: pod, instance: now.instance }, 'an SFU has come');
      return true;
    }
    return before.state !== now.state || before.controlUrl !== now.controlUrl;
  }

  /** It did not renew its lease. */
  async #doubt(pod: string, sfu: SfuRegistration): Promise<void> {
    const { instance } = sfu;
    if (this.#asked.has(instance)) return;
    this.#asked.add(instance);
    const isThere = await this.#options.isThere(sfu);
    this.#asked.delete(instance);
    // It is registered again, or another is.
    if (!this.#working || this.#seen.get(pod)?.instance !== instance || this.#texts.has(pod)) return;
    if (!isThere) return this.#lost(pod, instance, 'lease');
    if (this.#silent.has(instance)) return;
    this.#silent.add(instance);
    this.#options.log.warn({ sfu: pod, instance }, 'an SFU is there but does not renew its registration');
    // It keeps its rooms; others go elsewhere, if they can.
    this.#seen.set(pod, { ...sfu, load: { ...sfu.load, used: 1 } });
    this.#options.onChange(pod);
  }

  /** Its process is gone, whatever its lease says. */
  #refused(instance: SfuInstance): void {
    const now = Date.now();
    for (const [each, until] of this.#gone) if (until <= now) this.#gone.delete(each);
    for (const [pod, sfu] of this.#seen) {
      if (sfu.instance !== instance) continue;
      this.#gone.set(instance, now + longestLeaseMs);
      this.#lost(pod, instance, 'connection');
    }
  }

  #lost(pod: string, instance: SfuInstance, by: 'lease' | 'connection'): void {
    this.#seen.delete(pod);
    this.#texts.delete(pod);
    this.#silent.delete(instance);
    this.#lines.follow(this.#seen.values());
    this.#options.log.warn({ sfu: pod, instance, by }, 'an SFU is gone');
    this.#options.onChange(pod);
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
