import { type RoomKey, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import type { Metrics } from '../metrics.ts';
import { jittered } from '../presence/every.ts';
import { ask } from '../state/redis.ts';
import { readWaiting, signedHeaders, type Waiting } from './message.ts';
import { type Entry, Outbox } from './outbox.ts';
import type { Receiver, WebhookSettings } from './settings.ts';

/** How often what waits is looked for, in ms. */
export const deliverMs = 500;
/** How long a receiver may take to answer, in ms. */
const answerMs = 5000;
/** After so long without a word of the replica that delivers, another does, in ms. No try of the one overlaps one of the other. */
const lockMs = 8000;
/** Tries at once for each receiver. */
const maxAtOnce = 16;
/** Pause after the first try that failed, and the longest, in ms. */
const pauseMs = { first: 1000, longest: 60_000 };

const renew = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;
const release = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** What a receiver is to be told of one room: one event after the other. */
interface Queue {
  room: RoomKey;
  receiver: Receiver;
  state: 'waiting' | 'queued' | 'running' | 'empty';
  failures: number;
  /** Whether the log says that it has overflowed since it was last empty. */
  overflowed: boolean;
  /** When it is tried next, in ms. */
  notBefore: number;
}

/** Tells receivers what happens in rooms: at least once, in order for each room. One replica does so for all. */
export class WebhookDelivery {
  readonly #redis: RedisClient;
  readonly #outbox: Outbox;
  readonly #settings: WebhookSettings;
  readonly #replica: string;
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #queues = new Map<string, Queue>();
  readonly #atOnce = new Map<Receiver, number>();
  /** Whose turn comes next, first of all the one who waited longest. */
  readonly #turns = new Map<Receiver, Queue[]>();
  readonly #stopping = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #lockedUntil = 0;

  constructor(of: {
    redis: RedisClient;
    settings: WebhookSettings;
    replica: string;
    metrics: Metrics;
    log: Logger;
  }) {
    this.#redis = of.redis;
    this.#outbox = new Outbox(of.redis);
    this.#settings = of.settings;
    this.#replica = of.replica;
    this.#metrics = of.metrics;
    this.#log = of.log;
  }

  /** Begins to deliver what waits, unless another replica does. Does not wait for receivers. */
  async round(): Promise<void> {
    const { receivers } = this.#settings;
    if (receivers.length === 0 || !(await this.#lock())) return;
    const rooms = await this.#outbox.rooms();
    const empty = rooms.filter(room =>
      receivers.every(({ id }) => this.#queues.get(nameOf(room, id))?.state === 'empty'),
    );
    for (const room of empty) for (const { id } of receivers) this.#queues.delete(nameOf(room, id));
    await this.#outbox.leave(empty);
    for (const room of rooms) for (const receiver of receivers) this.#begin(room, receiver);
  }

  /** Leaves the rest to another replica. What a receiver was just being told, it may be told again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#turns.clear();
    await Promise.all(this.#working);
    if (this.#lockedUntil === 0) return;
    await ask(() => this.#redis.eval(release, 1, redisKeys.webhooks, this.#replica)).catch(() => {});
  }

  #begin(room: RoomKey, receiver: Receiver): void {
    const name = nameOf(room, receiver.id);
    const queue = this.#queues.get(name) ?? {
      room,
      receiver,
      state: 'waiting',
      failures: 0,
      overflowed: false,
      notBefore: 0,
    };
    this.#queues.set(name, queue);
    if (queue.state === 'queued' || queue.state === 'running' || queue.notBefore > Date.now()) return;
    queue.state = 'queued';
    const turns = this.#turns.get(receiver) ?? [];
    this.#turns.set(receiver, turns);
    turns.push(queue);
    this.#next(receiver);
  }

  /** Begins with as many as may be under way for the receiver. */
  #next(receiver: Receiver): void {
    const running = this.#atOnce.get(receiver) ?? 0;
    const queue = running < maxAtOnce ? this.#turns.get(receiver)?.shift() : undefined;
    if (!queue) return;
    queue.state = 'running';
    this.#atOnce.set(receiver, running + 1);
    const working = this.#work(queue).then(state => {
      queue.state = state;
      this.#atOnce.set(receiver, (this.#atOnce.get(receiver) ?? 1) - 1);
      this.#working.delete(working);
      this.#next(receiver);
    });
    this.#working.add(working);
  }

  /** Tells the receiver one event after the other, until nothing waits or a try fails. */
  async #work(queue: Queue): Promise<'waiting' | 'empty'> {
    try {
      await this.#countLost(queue);
      while (this.#mayTry()) {
        const entry = await this.#outbox.first(queue.room, queue.receiver.id);
        if (!entry) {
          queue.overflowed = false;
          return 'empty';
        }
        if (!(await this.#handle(queue, entry))) break;
      }
    } catch (error) {
      // Redis went: what waits is still there when it comes back.
      this.#log.debug({ err: error }, 'webhooks were not read');
    }
    return 'waiting';
  }

  async #countLost(queue: Queue): Promise<void> {
    const { room, receiver } = queue;
    const lost = await this.#outbox.takeLost(room, receiver.id);
    if (lost === 0) return;
    this.#metrics.webhooks.inc({ outcome: 'overflowed' }, lost);
    if (queue.overflowed) return;
    queue.overflowed = true;
    this.#log.warn(
      { room, lost, to: hostOf(receiver) },
      'webhooks went unsaid: too many wait for the receiver',
    );
  }

  /** Answers whether the next event may be told. */
  async #handle(queue: Queue, entry: Entry): Promise<boolean> {
    const { room, receiver } = queue;
    const waiting = read(room, entry);
    if (waiting && Date.now() - waiting.at <= this.#settings.retryMs) {
      const failure = await this.#send(receiver, waiting);
      if (failure !== undefined) {
        this.#postpone(queue, waiting, failure);
        return false;
      }
      queue.failures = 0;
      this.#metrics.webhooks.inc({ outcome: 'delivered' });
    } else {
      const reason = waiting ? 'too old' : 'not understood';
      this.#metrics.webhooks.inc({ outcome: 'dropped' });
      this.#log.warn(
        { room, reason, id: entry.id, type: waiting?.message.type, to: hostOf(receiver) },
        'webhook dropped',
      );
    }
    await this.#outbox.remove(room, receiver.id, entry);
    return true;
  }

  #postpone(queue: Queue, { message }: Waiting, failure: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#metrics.webhooks.inc({ outcome: 'failed' });
    queue.notBefore = Date.now() + jittered(Math.min(pauseMs.first * 2 ** queue.failures, pauseMs.longest));
    queue.failures++;
    if (queue.failures > 1) return;
    const { room, receiver } = queue;
    this.#log.warn(
      { room, type: message.type, to: hostOf(receiver), failure },
      'webhook not taken; trying on',
    );
  }

  /** Why the receiver did not take it; undefined if it did. */
  async #send(receiver: Receiver, { id, message }: Waiting): Promise<string | undefined> {
    const body = JSON.stringify(message);
    const headers = signedHeaders(id, body, this.#settings.secrets, Date.now());
    try {
      const response = await fetch(receiver.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'parley', ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(answerMs)]),
      });
      // What it says does not matter, however long it is.
      await response.body?.cancel().catch(() => {});
      return response.ok ? undefined : `status ${response.status}`;
    } catch (error) {
      if (!(error instanceof Error)) return `${error}`;
      return error.cause instanceof Error ? error.cause.message : error.message;
    }
  }

  /** A try that begins now ends before another replica could begin one. */
  #mayTry(): boolean {
    return !this.#stopping.signal.aborted && Date.now() + answerMs < this.#lockedUntil;
  }

  async #lock(): Promise<boolean> {
    const until = Date.now() + lockMs;
    const held = await ask(async () => {
      if ((await this.#redis.eval(renew, 1, redisKeys.webhooks, this.#replica, lockMs)) === 1) return true;
      return (await this.#redis.set(redisKeys.webhooks, this.#replica, 'PX', lockMs, 'NX')) === 'OK';
    });
    if (held && this.#lockedUntil === 0) this.#log.info('this replica delivers webhooks');
    if (!held) this.#forgetQueues();
    this.#lockedUntil = held ? until : 0;
    return held;
  }

  /** Another replica knows better. But what runs still does not begin twice. */
  #forgetQueues(): void {
    this.#turns.clear();
    for (const [name, { state }] of this.#queues) if (state !== 'running') this.#queues.delete(name);
  }
}

/** Undefined for what a later version of signaling wrote. */
function read(room: RoomKey, { id, json }: Entry): Waiting | undefined {
  try {
    return readWaiting(room, id, json);
  } catch {
    return undefined;
  }
}

const nameOf = (room: RoomKey, receiver: string) => `${room} ${receiver}`;
/** URLs may hold secrets. */
const hostOf = ({ url }: Receiver) => new URL(url).host;
