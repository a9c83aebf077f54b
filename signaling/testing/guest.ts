import { randomUUID } from 'node:crypto';
import {
  type Goodbye,
  type Missed,
  type ParticipantId,
  type ProducerId,
  RefusalError,
  type Response,
  type RoomEvent,
  type RoomKey,
  type RoomSnapshot,
} from '@parley/protocol';
import { CallChat } from '../../client/chat/call-chat.ts';
import { backoffMs, pause, politePauseMs } from '../../client/connection/backoff.ts';
import { Connection, type SendRequest } from '../../client/connection/connection.ts';
import { toRefusal } from '../../client/connection/refusal.ts';
import { RoomLog } from '../../client/room/log.ts';
import { opus } from './rtp.ts';

/**
 * Somebody in a call with the client library's own connection, back-off, room log and chat. The steps between are those of
 * its session, whose media need a browser.
 */
export class Guest implements Disposable {
  readonly name: string;
  readonly chat: CallChat;
  /** Who they were, one after the other: another after each full rejoin. */
  readonly ids: ParticipantId[] = [];
  readonly goodbyes: Goodbye[] = [];
  /** Why attempts failed that were made again. */
  readonly refusals: RefusalError[] = [];
  /** Why it was given up. */
  failed: RefusalError | undefined;
  returns = 0;
  /** The room events of the stay, by the connection that brought them. */
  #heard: RoomEvent[][] = [];
  /** Those that were asked for. */
  #fetched: RoomEvent[] = [];
  #enteredAt = 0;
  readonly #connection: Connection;
  readonly #log: RoomLog;
  readonly #room: RoomKey;
  readonly #over = new AbortController();
  #stay: Response<'join'> | undefined;
  #bound = false;
  #repairing = false;
  #publishes = false;
  #producer: ProducerId | undefined;

  private constructor(url: string, room: RoomKey, name: string) {
    this.name = name;
    this.#room = room;
    this.chat = new CallChat((...parameters) => this.request(...parameters));
    this.#log = new RoomLog({ changed: () => {}, gap: () => void this.#sync() });
    this.#connection = new Connection(url, {
      lost: () => this.#unbind(),
      room: event => {
        this.#heard.at(-1)?.push(event);
        this.#log.receive(event);
      },
      unreadable: () => this.#log.resync(),
      chat: message => this.chat.receive(message),
      unreadableChat: () => this.chat.resync(),
      goodbye: goodbye => {
        this.goodbyes.push(goodbye);
        this.#stop();
      },
    });
  }

  /** Resolves once they are in, however often that has to be tried. @throws RefusalError that is final. */
  static async enter(url: string, room: RoomKey, name: string): Promise<Guest> {
    const guest = new Guest(url, room, name);
    await guest.#bring();
    if (!guest.#bound) void guest.#repair();
    return guest;
  }

  get id(): ParticipantId | undefined {
    return this.#stay?.participantId;
  }

  get producer(): ProducerId | undefined {
    return this.#producer;
  }

  /** Whether signaling knows this connection as theirs. */
  get bound(): boolean {
    return this.#bound;
  }

  /** The room as they see it. */
  get view(): RoomSnapshot | undefined {
    return this.#log.snapshot;
  }

  /** What they read, and what they wrote that is not among it. */
  get texts(): string[] {
    return this.chat.snapshot().messages.map(({ text }) => text);
  }

  /** All room events of the stay, each once and in order. @throws Error if one came twice over a connection, or one is missing. */
  history(): RoomEvent[] {
    for (const heard of this.#heard) {
      const numbers = heard.map(({ seq }) => seq);
      if (new Set(numbers).size < numbers.length) throw new Error(`${this.name} heard twice: ${numbers}`);
    }
    const all = new Map([...this.#heard.flat(), ...this.#fetched].map(event => [event.seq, event]));
    const events = [...all.values()]
      .filter(({ seq }) => seq > this.#enteredAt)
      .toSorted((one, other) => one.seq - other.seq);
    for (const [index, { seq }] of events.entries()) {
      if (seq !== this.#enteredAt + 1 + index)
        throw new Error(`${this.name} missed what came before ${seq}.`);
    }
    return events;
  }

  /** Sends a microphone, now and after each full rejoin; resolves once the room knows. */
  async publish(): Promise<void> {
    this.#publishes = true;
    const producerId = randomUUID() as ProducerId;
    this.#producer = producerId;
    const request = { producerId, source: 'microphone', rtpParameters: opus() } as const;
    // As the library does: the same ids until it is answered.
    for (let attempt = 1; this.#producer === producerId && !this.#over.signal.aborted; attempt++) {
      try {
        await this.request('publish', request);
        return;
      } catch (error) {
        if (toRefusal(error).retry === 'no') throw error;
        await pause(backoffMs(attempt), this.#over.signal);
      }
    }
  }

  /** What the server holds, asked on their own connection. */
  async served(): Promise<RoomSnapshot | undefined> {
    const missed = await this.request('sync', {});
    return 'snapshot' in missed ? missed.snapshot : undefined;
  }

  /** @throws RefusalError if it was not heard; then the connection is gone, and their grace has begun. */
  async leave(): Promise<void> {
    this.#end();
    await this.#connection.request('leave', {}).finally(() => this.#connection.close());
  }

  request: SendRequest = async (name, request, timeoutMs) => {
    try {
      if (!this.#bound) throw new RefusalError('unavailable', 'The connection is being repaired.');
      return await this.#connection.request(name, request, timeoutMs);
    } catch (error) {
      if (toRefusal(error).retry === 'rejoin') this.#unbind();
      throw error;
    }
  };

  [Symbol.dispose](): void {
    this.#connection.tellLeave();
    this.#stop();
  }

  #end(): void {
    this.#over.abort();
    this.#bound = false;
    this.#log.clear();
    this.chat.close(new RefusalError('room_ended', 'The call is over.'));
  }

  #stop(): void {
    this.#end();
    this.#connection.close();
  }

  #unbind(): void {
    if (!this.#bound) return;
    this.#bound = false;
    this.#connection.close();
    if (!this.#repairing) void this.#repair();
  }

  async #repair(): Promise<void> {
    this.#repairing = true;
    try {
      while (!this.#bound && !this.#over.signal.aborted) {
        await pause(backoffMs(1), this.#over.signal);
        await this.#bring();
      }
    } catch (error) {
      this.failed = toRefusal(error);
    } finally {
      this.#repairing = false;
    }
  }

  async #bring(): Promise<void> {
    for (let attempt = 1; !this.#over.signal.aborted; attempt++) {
      try {
        if (!this.#connection.connected) {
          this.#heard.push([]);
          await this.#connection.open();
        }
        if (this.#stay) await this.#resume(this.#stay);
        else await this.#join();
        return;
      } catch (error) {
        const refusal = toRefusal(error);
        this.refusals.push(refusal);
        if (refusal.retry === 'no') throw refusal;
        if (refusal.retry === 'rejoin') {
          this.#stay = undefined;
          this.#producer = undefined;
          this.#connection.close();
          attempt = 1;
        }
        const { retryAfterMs } = refusal;
        const ms = retryAfterMs === undefined ? backoffMs(attempt) : politePauseMs(retryAfterMs);
        await pause(ms, this.#over.signal);
      }
    }
  }

  async #join(): Promise<void> {
    this.#log.clear();
    this.chat.entering();
    let answer: Response<'join'>;
    try {
      answer = await this.#connection.request('join', { room: this.#room, displayName: this.name });
    } catch (error) {
      // A join whose answer was lost would leave a ghost in the room.
      if (toRefusal(error).code === 'unavailable') {
        this.#connection.tellLeave();
        this.#connection.close();
      }
      throw error;
    }
    this.#stay = answer;
    this.#bound = this.#connection.connected;
    this.ids.push(answer.participantId);
    this.#enteredAt = answer.snapshot.seq;
    this.#heard = this.#heard.slice(-1);
    this.#fetched = [];
    this.#log.reset(answer.snapshot);
    this.chat.entered(answer.participantId, answer.chat);
    if (this.#publishes) void this.publish();
  }

  async #resume({ participantId, sessionSecret, room }: Response<'join'>): Promise<void> {
    const since = this.#log.position;
    const chatSince = this.chat.position;
    const request = { participantId, sessionSecret, room: room.key, since, chatSince };
    const { chat, iceServers: _, ...missed } = await this.#connection.request('resume', request);
    this.#bound = this.#connection.connected;
    this.returns++;
    this.#take(missed);
    this.chat.resumed(chat, chatSince);
  }

  async #sync(): Promise<void> {
    try {
      this.#take(await this.request('sync', { since: this.#log.position }));
    } catch {
      this.#log.resyncFailed(); // The next event or check, or the return, asks again.
    }
  }

  #take(missed: Missed): void {
    if ('events' in missed) this.#fetched.push(...missed.events);
    this.#log.take(missed);
  }
}
