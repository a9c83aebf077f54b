/** Somebody in a load test: enters, sends, watches what others send, loses the connection and comes back. */
import type { Goodbye, MediaSource, ProducerId, RoomEvent } from '@parley/protocol';
import { WebSocket } from 'k6/websockets';
import { RefusedError } from '../protocol/connection.ts';
import { ParleyClient } from '../protocol/parley.ts';
import type { OpenWebSocket, WebSocketLike } from '../protocol/web-socket.ts';
import { sentAtOf } from './chat-text.ts';
import { wait } from './clock.ts';
import * as metrics from './metrics.ts';
import type { Random } from './random.ts';
import { Subscriptions } from './subscriptions.ts';

/** Refusals after which a client tries again by itself. */
const passing = [
  'busy',
  'room_not_ready',
  'unavailable',
  'media_lost',
  'rate_limited',
  'internal',
  'no_answer',
  'not_connected',
];
/** How long somebody tries to enter or to come back, in ms. */
const patienceMs = 60_000;

const openWebSocket: OpenWebSocket = (url, headers) =>
  new WebSocket(url, null, {
    headers: { ...headers },
    tags: { name: 'signaling' },
  }) as unknown as WebSocketLike;

export interface PersonOptions {
  readonly url: string;
  /** `namespace/name`. */
  readonly room: string;
  readonly name: string;
  readonly random: Random;
}

export class Person {
  readonly client: ParleyClient;
  readonly random: Random;
  readonly #options: PersonOptions;
  /** Which part of the run this is, for the tags of what is measured. */
  phase = 'run';
  readonly #published = new Map<MediaSource, ProducerId>();
  /** When changes of one's own were asked for that were not heard of yet. */
  readonly #asked = new Map<string, number>();
  readonly #subscriptions = new Subscriptions(producers => this.client.subscribe(producers));
  #lostAt: number | undefined;
  #gone: Goodbye['reason'] | undefined;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.random = options.random;
    this.client = new ParleyClient(
      { url: options.url, open: openWebSocket, uuid: () => crypto.randomUUID() },
      {
        answered: (request, code, ms) => {
          if (code === 'ok') metrics.requestDuration.add(ms, { ...this.#tags, request });
          else metrics.requestRefused.add(1, { ...this.#tags, request, code });
        },
        event: event => this.#event(event),
        chat: message => {
          metrics.chatLost.add(false, this.#tags);
          const sentAt = sentAtOf(message.text);
          if (sentAt !== undefined) metrics.chatDelay.add(Math.max(0, Date.now() - sentAt), this.#tags);
        },
        gap: of => metrics.gaps.add(1, { ...this.#tags, of }),
        goodbye: ({ reason }) => {
          this.#gone = reason;
          metrics.goodbyes.add(1, { ...this.#tags, reason });
        },
        lost: () => {
          this.#lostAt = Date.now();
          if (!this.#gone) metrics.connectionsLost.add(1, this.#tags);
        },
      },
    );
  }

  get #tags(): { phase: string } {
    return { phase: this.phase };
  }

  /** Whether the server ended the stay. */
  get gone(): boolean {
    return this.#gone !== undefined;
  }

  /** Whether the connection was lost and `comeBack` is due. */
  get isAway(): boolean {
    return this.#lostAt !== undefined && !this.gone;
  }

  /** Connects and joins, and does as the server says when it is told to wait. Answers whether that went well. */
  async enter(): Promise<boolean> {
    const began = Date.now();
    this.#gone = undefined;
    this.#lostAt = undefined;
    this.#published.clear();
    this.#asked.clear();
    let connected = 0;
    const isIn = await this.#persist(async () => {
      if (!this.client.connected) await this.#connect();
      connected = Date.now() - began;
      await this.client.join(this.#options.room, this.#options.name);
    });
    const answered = Date.now() - began;
    metrics.joinFailed.add(!isIn, this.#tags);
    if (!isIn) {
      this.client.close();
      return false;
    }
    metrics.joinDuration.add(answered, this.#tags);
    this.client.reportJoin({ agoMs: answered, connected, answered });
    return true;
  }

  /** Begins to send `sources` and, from now on, to receive what all others send. */
  async takePart(sources: readonly MediaSource[]): Promise<void> {
    metrics.mediaFailed.add(!(await this.#begin(sources)), this.#tags);
  }

  async #begin(sources: readonly MediaSource[]): Promise<boolean> {
    const sends = await this.#attempt(async () => {
      await this.client.connectTransports();
      for (const source of sources) this.#published.set(source, await this.client.publish(source));
    });
    this.#subscriptions.start();
    this.#wantAll();
    return sends;
  }

  /** Mutes or unmutes, and measures how long it takes until everybody hears so. */
  async toggle(source: MediaSource, paused: boolean): Promise<void> {
    const id = this.#published.get(source);
    if (!id || !this.client.connected) return;
    this.#asked.set(`${id} ${paused}`, Date.now());
    await this.#attempt(() => this.client.pause(id, paused));
  }

  async write(text: string): Promise<void> {
    await this.#attempt(() => this.client.sendChat(text));
  }

  /** Loses the connection, as when a network goes. */
  drop(): void {
    this.#lostAt = Date.now();
    this.client.drop();
  }

  /** Connects again and resumes, with the pauses of the client library. Answers whether the stay goes on. */
  async comeBack(): Promise<boolean> {
    const lostAt = this.#lostAt ?? Date.now();
    await wait(this.random.between(125, 250));
    const isBack = await this.#persist(async () => {
      await this.#connect();
      await this.client.resume();
    });
    metrics.resumeFailed.add(!isBack, this.#tags);
    if (!isBack) return false;
    metrics.resumeDuration.add(Date.now() - lostAt, this.#tags);
    this.#lostAt = undefined;
    if (this.client.hasMedia) this.#wantAll();
    else await this.#renew();
    return true;
  }

  /** Leaves the room and lets go of everything, so that nothing keeps the iteration alive. */
  async leave(): Promise<void> {
    this.#subscriptions.stop();
    if (this.client.connected && !this.gone) await this.#attempt(() => this.client.leave());
    this.client.close();
  }

  /** Counts the messages that never came, after asking for the last ones. */
  async countChat(): Promise<void> {
    await this.#attempt(() => this.client.readChat());
    for (let i = 0; i < this.client.chat.missed; i++) metrics.chatLost.add(true, this.#tags);
  }

  async #connect(): Promise<void> {
    const began = Date.now();
    try {
      await this.client.connect();
      metrics.connectDuration.add(Date.now() - began, this.#tags);
    } catch (error) {
      metrics.connectFailures.add(1, this.#tags);
      throw error;
    }
  }

  /** Tries until it works, is refused for good, or patience ends. */
  async #persist(attempt: () => Promise<void>): Promise<boolean> {
    const end = Date.now() + patienceMs;
    for (let tries = 1; ; tries++) {
      try {
        await attempt();
        return true;
      } catch (error) {
        const { code } = Object(error);
        const passes = passing.includes(code);
        const pause = error instanceof RefusedError ? error.refusal.retryAfterMs : undefined;
        if (code === 'busy') metrics.busyAnswers.add(1, this.#tags);
        if (!passes || Date.now() > end) return false;
        // Half of the pause is chance, so that those who failed together do not come back together.
        const usual = Math.min(5000, 250 * 2 ** Math.min(tries - 1, 10)) * this.random.between(0.5, 1);
        await wait(pause === undefined ? usual : pause * this.random.between(1, 1.5));
      }
    }
  }

  /** Does what may be refused or find no connection, which the metrics of requests tell. */
  async #attempt(job: () => Promise<unknown>): Promise<boolean> {
    try {
      await job();
      return true;
    } catch (error) {
      if (typeof Object(error).code === 'string') return false;
      throw error;
    }
  }

  #event(event: RoomEvent): void {
    switch (event.type) {
      case 'producerPaused': {
        const key = `${event.producerId} ${event.paused}`;
        const asked = this.#asked.get(key);
        if (asked === undefined) break;
        this.#asked.delete(key);
        metrics.eventDelay.add(Date.now() - asked, this.#tags);
        break;
      }
      case 'producerAdded':
        if (event.participantId !== this.client.session?.participantId) {
          this.#subscriptions.want([event.producer.id]);
        }
        break;
      case 'mediaReset':
        void this.#renew();
        break;
      case 'mediaMoved':
        void this.#renew().then(() =>
          this.#attempt(() => this.client.ask('finishMove', { generation: event.generation })),
        );
        break;
      case 'mediaLost':
        if (event.participantId === this.client.session?.participantId) void this.#renew();
        break;
      default:
        break;
    }
  }

  /** Everything anew, as a browser does whose media is gone or moves. */
  async #renew(): Promise<void> {
    const sources = [...this.#published.keys()];
    await this.#attempt(async () => {
      await this.client.renewMedia();
      await this.#begin(sources);
    });
  }

  #wantAll(): void {
    const self = this.client.session?.participantId;
    if (self) this.#subscriptions.want(this.client.room?.producersBeside(self).map(({ id }) => id) ?? []);
  }
}
