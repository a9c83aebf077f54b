/** A participant of a room who speaks all of the protocol and has no media. Whoever uses it decides when to come back. */
import type {
  Goodbye,
  MediaSource,
  Moderation,
  ParticipantId,
  ProducerId,
  Request,
  RequestName,
  Response,
} from '@parley/protocol';
import type { ChatView } from './chat-view.ts';
import { Connection, type ConnectionHandlers, type ConnectionOptions } from './connection.ts';
import { Follower, type FollowerHandlers } from './follower.ts';
import type { RoomView } from './room-view.ts';
import { dtlsParametersOf, rtpParametersOf } from './rtp.ts';

export type ParleyHandlers = Partial<
  FollowerHandlers & Omit<ConnectionHandlers, 'heard'> & { goodbye(goodbye: Goodbye): void }
>;

/** What `resume` asks for. */
export interface Session {
  readonly room: Response<'join'>['room']['key'];
  readonly participantId: ParticipantId;
  readonly sessionSecret: string;
}

/** Something was asked of a participant that takes a stay in a room. */
export class NotJoinedError extends Error {
  override readonly name = 'NotJoinedError';
  readonly code = 'not_joined';
}

/** Most producers that one `subscribe` may name. */
const maxBatch = 64;

export class ParleyClient {
  readonly #connection: Connection;
  readonly #follower: Follower;
  readonly #uuid: () => string;
  #session: Session | undefined;
  #media: Response<'join'>['media'] | undefined;
  #reports: ReturnType<typeof setInterval> | undefined;
  #ssrc = 1000;

  constructor(options: ConnectionOptions & { readonly uuid: () => string }, handlers: ParleyHandlers = {}) {
    this.#uuid = options.uuid;
    this.#connection = new Connection(options, {
      heard: (event, value) => {
        this.#follower.hear(event, value);
        if (event === 'goodbye') handlers.goodbye?.(value as Goodbye);
      },
      lost: ending => {
        this.#rest();
        handlers.lost?.(ending);
      },
      answered: (name, code, ms) => handlers.answered?.(name, code, ms),
    });
    this.#follower = new Follower((name, request) => this.ask(name, request), {
      event: (event, late) => handlers.event?.(event, late),
      chat: (message, late) => handlers.chat?.(message, late),
      gap: of => handlers.gap?.(of),
    });
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** The room as it is known; undefined before the first join. */
  get room(): RoomView | undefined {
    return this.#follower.room;
  }

  get chat(): ChatView {
    return this.#follower.chat;
  }

  /** Whether the media session is one of media that the room still has (G3). */
  get hasMedia(): boolean {
    return this.#media !== undefined && (this.room?.carries(this.#media.generation) ?? false);
  }

  /** Opens a connection in place of the one that there was. @throws ConnectError */
  connect(): Promise<void> {
    this.#rest();
    return this.#connection.open();
  }

  /** Sends a request. @throws RefusedError, NoAnswerError */
  ask<N extends RequestName>(name: N, request: Request<N>): Promise<Response<N>> {
    return this.#connection.ask(name, request);
  }

  /** Enters a room on the connection that is open. @throws RefusedError, NoAnswerError */
  async join(room: string, displayName: string, token?: string): Promise<Response<'join'>> {
    const joined = await this.ask('join', {
      room: room as Session['room'],
      displayName,
      ...(token !== undefined && { token }),
    });
    const { participantId, sessionSecret } = joined;
    this.#session = { room: joined.room.key, participantId, sessionSecret };
    this.#media = joined.media;
    this.#follower.begin(joined);
    this.#report();
    return joined;
  }

  /** Takes the stay over onto the connection that is open (G2). @throws RefusedError, NoAnswerError */
  async resume(): Promise<Response<'resume'>> {
    if (!this.#session) throw new NotJoinedError('There is no stay in a room to resume. Join one first.');
    const since = this.room?.place;
    const chatSince = this.chat.place;
    const resumed = await this.ask('resume', {
      ...this.#session,
      ...(since && { since }),
      ...(chatSince && { chatSince }),
    });
    this.#follower.goOn(resumed);
    this.#report();
    return resumed;
  }

  /** Connects both transports, as a browser does before its first packet. */
  async connectTransports(): Promise<void> {
    const { generation, send, receive } = this.#mediaOrThrow();
    const dtlsParameters = dtlsParametersOf();
    for (const { id: transportId } of [send, receive]) {
      await this.ask('connectTransport', { generation, transportId, dtlsParameters });
    }
  }

  async publish(source: MediaSource): Promise<ProducerId> {
    const producerId = this.#uuid() as ProducerId;
    await this.ask('publish', { producerId, source, rtpParameters: rtpParametersOf(source, this.#ssrc++) });
    return producerId;
  }

  async unpublish(producerId: ProducerId): Promise<void> {
    await this.ask('unpublish', { producerId });
  }

  /** Mutes or unmutes. */
  async pause(producerId: ProducerId, paused: boolean): Promise<void> {
    await this.ask('pauseProducer', { producerId, paused });
  }

  /** Asks for these producers of others and lets them flow. Answers with how many could be had. */
  async subscribe(producerIds: readonly ProducerId[]): Promise<number> {
    const rtpCapabilities = this.#mediaOrThrow().routerRtpCapabilities;
    let had = 0;
    for (let i = 0; i < producerIds.length; i += maxBatch) {
      const batch = producerIds.slice(i, i + maxBatch);
      const { consumers } = await this.ask('subscribe', { producerIds: batch, rtpCapabilities });
      const consumerIds = consumers.map(({ id }) => id);
      if (consumerIds.length > 0) await this.ask('pauseConsumers', { consumerIds, paused: false });
      had += consumers.length;
    }
    return had;
  }

  /** Writes a message; who hears no answer may say it again with the same id (H2). Answers with its number. */
  async sendChat(text: string, id: string = this.#uuid()): Promise<number> {
    return (await this.ask('sendChat', { id: id as Request<'sendChat'>['id'], text })).seq;
  }

  async moderate(moderation: Moderation): Promise<void> {
    await this.ask('moderate', moderation);
  }

  /** New media in place of what is gone (M4); what was published and subscribed to has to be anew. */
  async renewMedia(): Promise<void> {
    this.#media = await this.ask('renewMedia', {});
  }

  /** Asks what was missed in the room. */
  sync(): Promise<void> {
    return this.#follower.sync();
  }

  /** Asks for the messages that are not known yet. */
  readChat(): Promise<void> {
    return this.#follower.readOn();
  }

  /** Says how a join went, where the server asks for it. All in ms, `connected` and `answered` from the click on. */
  reportJoin(went: { agoMs: number; connected: number; answered: number }): void {
    if (this.#connection.welcome?.reports) this.ask('reportJoin', went).catch(() => {});
  }

  /** Ends the stay and the connection. @throws RefusedError, NoAnswerError */
  async leave(): Promise<void> {
    try {
      await this.ask('leave', {});
    } finally {
      this.#session = undefined;
      this.close();
    }
  }

  /** Ends the connection; the stay goes on for its grace. */
  close(): void {
    this.#rest();
    this.#connection.close();
  }

  /** Ends the connection without a word, as a network does. */
  drop(): void {
    this.#rest();
    this.#connection.drop();
  }

  /** Says regularly how the call goes, where the server asks for it: nothing flows, so that its histograms stay clean. */
  #report(): void {
    const everyMs = this.#connection.welcome?.reports?.everyMs;
    clearInterval(this.#reports);
    if (!everyMs) return;
    const report = { periodMs: everyMs, paths: [], received: [], sent: [] };
    this.#reports = setInterval(() => void this.ask('reportQuality', report).catch(() => {}), everyMs);
  }

  #rest(): void {
    clearInterval(this.#reports);
    this.#follower.pause();
  }

  #mediaOrThrow(): Response<'join'>['media'] {
    if (this.#media) return this.#media;
    throw new NotJoinedError('There is no media session yet. Join a room first.');
  }
}
