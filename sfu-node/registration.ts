import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type RoomUid,
  redisChannels,
  redisKeys,
  type SfuPlace,
  SfuRegistration,
  sfuHeartbeatMs,
  sfuLeaseMs,
} from '@parley/protocol';
import { createRedis, type RedisClient, type RedisServer } from '@parley/redis';
import type { Logger } from '@parley/telemetry';

/** Deletes the key if it is still this instance's: a new process of the same pod may have written it since. */
const deleteOwn = `
local value = redis.call('GET', KEYS[1])
if value and cjson.decode(value).instance == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** How long Redis may take to take a heartbeat, in ms. */
const redisTimeoutMs = 1_000;

/** What the SFU says of itself, asked for at every heartbeat. Nothing lets the lease run out. */
export type Describe = () => SfuRegistration | undefined;

/** What else the SFU says at a heartbeat, over the same connection. */
export type Report = (redis: RedisClient) => Promise<void>;

/**
 * Tells the cluster through Redis that this SFU lives and what it carries. While Redis cannot be reached the SFU carries on;
 * it is given no new rooms then, as its lease runs out.
 */
export class Registration {
  readonly #redis: RedisClient;
  readonly #describe: Describe;
  readonly #report: Report;
  readonly #log: Logger;
  readonly #stopped = new AbortController();
  #state: 'new' | 'registered' | 'unreachable' = 'new';
  #last: SfuRegistration | undefined;
  #lost = new Set<RoomUid>();
  /** Why the connection last broke. */
  #problem: Error | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(redis: RedisServer, describe: Describe, report: Report, log: Logger) {
    this.#describe = describe;
    this.#report = report;
    this.#log = log;
    // A heartbeat that waited is worth nothing: it fails at once and the next one says more.
    this.#redis = createRedis(redis, {
      name: 'parley-sfu',
      purpose: 'commands',
      timeoutMs: redisTimeoutMs,
      retryMs: attempt => Math.min(attempt * 100, sfuHeartbeatMs),
      lazy: true,
    });
    this.#redis.on('error', error => {
      this.#problem = error;
    });
    this.#redis.on('ready', () => void this.beat());
  }

  get registered(): boolean {
    return this.#state === 'registered';
  }

  /** Begins to beat. Whether Redis can be reached makes no difference to the caller. */
  start(): void {
    void this.#redis
      .connect()
      .catch(() => {})
      .then(() => this.#run());
  }

  /** Says at once what the SFU is now, so that a change of its state need not wait for the next heartbeat. */
  beat(): Promise<void> {
    this.#beating = this.#beating.then(() => this.#beat());
    return this.#beating;
  }

  /** Tells signaling that these rooms' routers died; kept until Redis can be reached. */
  async routersLost(rooms: readonly RoomUid[]): Promise<void> {
    for (const room of rooms) this.#lost.add(room);
    await this.beat();
  }

  /** Whether another SFU says that it lives; undefined while Redis cannot be reached. */
  async knows({ pod, instance }: Pick<SfuPlace, 'pod' | 'instance'>): Promise<boolean | undefined> {
    if (this.#redis.status !== 'ready') return undefined;
    try {
      const text = await this.#redis.get(redisKeys.sfu(pod));
      return text !== null && SfuRegistration.parse(JSON.parse(text)).instance === instance;
    } catch {
      return undefined;
    }
  }

  /** Says something that nobody waits for and that may be lost, as it is while Redis cannot be reached. */
  say(channel: string, message: string): void {
    if (this.#redis.status === 'ready') this.#redis.publish(channel, message).catch(() => {});
  }

  /** Takes the registration back and leaves. */
  async close(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    await this.#beating;
    const last = this.#last;
    if (last && this.#redis.status === 'ready') {
      try {
        const deleted = await this.#redis.eval(deleteOwn, 1, redisKeys.sfu(last.pod), last.instance);
        if (deleted === 1) await this.#redis.publish(redisChannels.sfus, last.pod);
      } catch (error) {
        this.#log.warn({ err: error }, 'registration not taken back; it ends with its lease');
      }
    }
    this.#redis.disconnect();
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.beat();
      await sleep(sfuHeartbeatMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
    }
  }

  async #beat(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    const registration = this.#describe();
    try {
      for (const room of this.#lost) {
        await this.#redis.publish(redisChannels.routersLost, room);
        this.#lost.delete(room);
      }
      if (registration) await this.#register(registration);
      else if (this.#state === 'registered') this.#state = 'new';
      await this.#report(this.#redis);
    } catch (error) {
      if (this.#state === 'unreachable') return;
      this.#state = 'unreachable';
      this.#log.warn(
        { err: this.#problem ?? error },
        'Redis cannot be reached; media goes on, new rooms wait until it can',
      );
    }
  }

  async #register(registration: SfuRegistration): Promise<void> {
    const { pod, state, cutOff = [] } = registration;
    const comes = this.#state !== 'registered' || state !== this.#last?.state;
    const news = comes || !isDeepStrictEqual(cutOff, this.#last?.cutOff ?? []);
    await this.#redis.set(redisKeys.sfu(pod), JSON.stringify(registration), 'PX', sfuLeaseMs);
    if (news) await this.#redis.publish(redisChannels.sfus, pod);
    this.#last = registration;
    this.#state = 'registered';
    this.#problem = undefined;
    if (comes) this.#log.info({ state }, 'registered in Redis');
  }
}
