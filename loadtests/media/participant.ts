import { backoffMs, Connection, isCurrent, pause, RoomLog, Stay, toRefusal } from '@parley/client/headless';
import {
  type MediaSession,
  type ParticipantId,
  type RefusalCode,
  RefusalError,
  type RoomKey,
} from '@parley/protocol';
import type { Clip } from './content/clip.ts';
import { MediaLink } from './media-link.ts';
import type { Playback, Player } from './playback.ts';
import { Watching, type WatchLimits } from './watching.ts';

export interface ParticipantOptions {
  /** Where signaling is. */
  url: string;
  room: RoomKey;
  displayName: string;
  token?: string | undefined;
  /** What they send, over and over. */
  clips: readonly Clip[];
  /** How many streams they receive at most. */
  watch: WatchLimits;
  player: Player;
  random: () => number;
  /** W3C trace context of what they come for. */
  traceparent?: string;
}

/** How long after the click something was done, in ms. */
export interface Milestones {
  connected?: number;
  answered?: number;
  /** Everything flows that there was to send and receive when they came. */
  mediaConnected?: number;
}

/** What went wrong and was repaired. */
interface Repairs {
  /** Connections to signaling that broke. */
  connections: number;
  /** Media that was made anew, as it was lost. */
  media: number;
  /** Moves of the room to another SFU, without an interruption. */
  moves: number;
}

/**
 * Somebody in a call without a browser: the client library's own connection, stay and room log, and native peers for the media. What
 * breaks is repaired as the library does it; a transport that only lost its network waits for signaling to say so.
 */
export class Participant {
  readonly began = performance.now();
  readonly milestones: Milestones = {};
  readonly repairs: Repairs = { connections: 0, media: 0, moves: 0 };
  /** Refusals by code, also those that were got over. */
  readonly refusals: Partial<Record<RefusalCode, number>> = {};
  /** All that they sent or received. */
  readonly playbacks: Playback[] = [];
  readonly watching: Watching;
  /** Why it was given up. */
  failed: RefusalError | undefined;
  readonly #options: ParticipantOptions;
  readonly #connection: Connection;
  readonly #stay: Stay;
  readonly #log: RoomLog;
  readonly #over = new AbortController();
  readonly #in = Promise.withResolvers<void>();
  #id: ParticipantId | undefined;
  #offered: MediaSession | undefined;
  #link: MediaLink | undefined;
  #former: MediaLink | undefined;
  #toldMoved: string | undefined;
  /** Why the last attempt failed. */
  #last: RefusalError | undefined;
  #working = false;
  #again = false;

  private constructor(options: ParticipantOptions) {
    this.#options = options;
    this.watching = new Watching(options.watch);
    this.#log = new RoomLog({ changed: () => this.#look(), gap: () => void this.#catchUp() });
    this.#connection = new Connection(options.url, {
      lost: () => {
        this.repairs.connections++;
        this.#stay.unbind();
        this.#look();
      },
      room: event => this.#log.receive(event),
      unreadable: () => this.#log.resync(),
      goodbye: ({ message }) => this.#fail(new RefusalError('room_ended', message)),
    });
    const { room, displayName, token } = options;
    this.#stay = new Stay(
      this.#connection,
      { room, displayName, ...(token !== undefined && { token }) },
      {
        entering: () => this.#log.clear(),
        entered: answer => {
          this.milestones.answered ??= this.#since();
          this.#drop();
          this.#id = answer.participantId;
          this.#offered = answer.media;
          this.#log.reset(answer.snapshot);
        },
        resumed: async answer => this.#log.take(answer),
        position: () => this.#log.position,
        chatPosition: () => undefined,
      },
      this.#over.signal,
    );
  }

  /** Resolves once they are in and their media flows, however often that has to be tried. @throws RefusalError that is final */
  static async join(options: ParticipantOptions, signal?: AbortSignal): Promise<Participant> {
    const participant = new Participant(options);
    const stop = () => participant.#fail(participant.#last ?? stopped());
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    participant.#look();
    try {
      await participant.#in.promise;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    return participant;
  }

  /** Nothing is late from now on, and nothing more is sent: what is under way may still arrive. */
  stopMedia(): void {
    for (const playback of this.playbacks) this.#options.player.remove(playback);
    this.watching.end(performance.now());
  }

  /** Resolves when signaling knows, or does not answer. */
  async leave(): Promise<void> {
    this.stopMedia();
    // In this order: who is over cannot say so any more.
    const told = this.#stay.leave();
    this.#over.abort();
    this.#log.clear();
    await told;
    this.#drop();
  }

  #since(): number {
    return performance.now() - this.began;
  }

  #look(): void {
    this.#again = true;
    if (!this.#working) void this.#work();
  }

  /** Takes one step after the other until nothing is missing. */
  async #work(): Promise<void> {
    this.#working = true;
    for (let attempt = 1; this.#again && !this.#over.signal.aborted; ) {
      this.#again = false;
      try {
        await this.#step();
        attempt = 1;
      } catch (error) {
        const refusal = toRefusal(error);
        this.#last = refusal;
        this.refusals[refusal.code] = (this.refusals[refusal.code] ?? 0) + 1;
        if (refusal.retry === 'no') this.#fail(refusal);
        if (refusal.retry === 'rejoin') this.#stay.forget();
        this.#again = true;
        await pause(refusal.retryAfterMs ?? backoffMs(attempt++), this.#over.signal);
      }
    }
    this.#working = false;
  }

  async #step(): Promise<void> {
    if (!this.#stay.bound) {
      if (!this.#connection.connected) await this.#connection.open(this.#options.traceparent);
      this.milestones.connected ??= this.#since();
      await this.#stay.enter();
    }
    const link = await this.#currentLink();
    const done = await Promise.allSettled([this.#publish(link), this.#subscribe(link)]);
    const failed = done.find(one => one.status === 'rejected');
    if (failed) {
      // Half of it may be there: media made anew is simpler to trust.
      if (this.#link === link) this.#link = undefined;
      link[Symbol.dispose]();
      throw failed.reason;
    }
    this.milestones.mediaConnected ??= this.#since();
    this.#in.resolve();
    await this.#tellMoved(link);
  }

  async #publish(link: MediaLink): Promise<void> {
    const { clips } = this.#options;
    if (link.published || clips.length === 0) return;
    await link.publish(clips);
    this.playbacks.push(...link.playbacks);
  }

  /** The link to the room's media of now. */
  async #currentLink(): Promise<MediaLink> {
    const room = this.#log.snapshot;
    const loss = room?.participants.find(({ id }) => id === this.#id)?.loss;
    if (this.#former && this.#former.generation !== room?.former) {
      this.#former[Symbol.dispose]();
      this.#former = undefined;
    }
    if (this.#link && room && (!isCurrent(room, this.#link.generation) || this.#link.loss !== loss)) {
      const moves = this.#link.generation === room.former && this.#link.loss === loss;
      if (moves) this.#former = this.#link;
      else this.#link[Symbol.dispose]();
      this.#link = undefined;
      this.repairs[moves ? 'moves' : 'media']++;
    }
    if (!this.#link) {
      const session = this.#offered ?? (await this.#connection.request('renewMedia', {}));
      this.#offered = undefined;
      const { player, random } = this.#options;
      this.#link = new MediaLink(session, { ask: this.#connection.request, player, random });
    }
    return this.#link;
  }

  async #subscribe(link: MediaLink): Promise<void> {
    const room = this.#log.snapshot;
    if (!room) return;
    const wanted = this.watching.wanted(room, this.#id, link.taken, performance.now());
    if (wanted.length === 0) return;
    const refused = await link.subscribe(wanted);
    for (const { producerId, error } of refused) {
      this.refusals[error.code] = (this.refusals[error.code] ?? 0) + 1;
      // Whoever stopped sending meanwhile is not in the next state of the room.
      if (error.code !== 'not_found') this.#again = true;
      else link.taken.add(producerId);
    }
    if (this.#again && refused.length > 0) await pause(backoffMs(1), this.#over.signal);
  }

  /** SPEC.md, V4: says so once there is nothing left that only the former media carries. */
  async #tellMoved(link: MediaLink): Promise<void> {
    const room = this.#log.snapshot;
    if (room?.former === undefined || !this.watching.hasMoved(room, this.#id, link.taken)) return;
    const move = [room.former, room.generation, link.generation].join();
    if (this.#toldMoved === move) return;
    await this.#connection.request('finishMove', { generation: link.generation });
    this.#toldMoved = move;
  }

  async #catchUp(): Promise<void> {
    try {
      this.#log.take(await this.#connection.request('sync', { since: this.#log.position }));
    } catch {
      this.#log.resyncFailed(); // The next event, or the return, asks again.
    }
  }

  #drop(): void {
    this.#link?.[Symbol.dispose]();
    this.#former?.[Symbol.dispose]();
    this.#link = undefined;
    this.#former = undefined;
    this.#offered = undefined;
  }

  #fail(refusal: RefusalError): void {
    if (this.#over.signal.aborted) return;
    this.failed = refusal;
    this.stopMedia();
    this.#over.abort();
    this.#log.clear();
    this.#stay.abandon();
    this.#drop();
    this.#in.reject(refusal);
  }
}

function stopped(): RefusalError {
  return new RefusalError('unavailable', 'The time to get into the call is over.');
}
