import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type ChatMessageId,
  type ProducerId,
  protocolRevision,
  protocolVersion,
  type Request,
  type RequestName,
  type Response,
  type RoomEvent,
  type RoomKey,
  type Welcome,
} from '@parley/protocol';
import { opus } from '@parley/signaling/test';
import { io, type Socket } from 'socket.io-client';
import { reportOfMeeting } from './quality-report.ts';

/** How long an answer may take, in ms: longer than any server should need, even when it is driven over its limit. */
const patienceMs = 30_000;

/** Parley's signaling, or the bare server. */
export type ServerKind = 'parley' | 'bare';

/** A request that was not granted: `reason` is the refusal's code, or `lost` without an answer. */
export class NotGrantedError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = 'NotGrantedError';
    this.reason = reason;
  }
}

const text = 'The quick brown fox jumps over the lazy dog, and writes so in the meeting.';

/** A connection of somebody who mutes and unmutes, which everyone in the room hears, or who writes, which everyone reads. */
export abstract class Talker {
  readonly room: RoomKey;
  /** Called for every mute of anybody in the room, one's own among them. */
  heard: (seq: number, own: boolean) => void = () => {};
  /** How many messages came, one's own among them. */
  read = 0;
  protected readonly socket: Socket;
  protected readonly producerId = randomUUID() as ProducerId;
  #paused = false;

  constructor(url: string, room: RoomKey) {
    this.room = room;
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { version: protocolVersion, revision: protocolRevision },
    });
    this.socket.once('welcome', ({ reports }: Welcome) => {
      if (reports) this.#reportEvery(reports.everyMs);
    });
    this.socket.on('chat', () => {
      this.read += 1;
    });
    this.socket.on('room', (event: RoomEvent) => {
      if (event.type === 'producerPaused') this.heard(event.seq, event.producerId === this.producerId);
    });
  }

  /** Resolves when the server has let the connection in. @throws NotGrantedError */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('connect_error', error => reject(new NotGrantedError('lost', error.message)));
    });
  }

  /** @throws NotGrantedError */
  abstract enter(): Promise<void>;

  /** Gets something to mute. @throws NotGrantedError */
  abstract publish(): Promise<void>;

  /** Writes something that everyone in the room reads. @throws NotGrantedError */
  async write(): Promise<void> {
    await this.ask('sendChat', { id: randomUUID() as ChatMessageId, text });
  }

  /** Says something that everyone in the room hears, and resolves with the answer. @throws NotGrantedError */
  async say(): Promise<void> {
    this.#paused = !this.#paused;
    await this.ask('pauseProducer', { producerId: this.producerId, paused: this.#paused });
  }

  /** @throws NotGrantedError */
  abstract leave(): Promise<void>;

  close(): void {
    this.socket.disconnect();
  }

  /** Says how the call goes, as pages do where they are asked. */
  #reportEvery(ms: number): void {
    const report = () => {
      timer = setTimeout(report, ms);
      this.ask('reportQuality', reportOfMeeting(ms)).catch(() => undefined);
    };
    // As evenly over the period as those do who did not all come at once.
    let timer = setTimeout(report, Math.random() * ms);
    this.socket.once('disconnect', () => clearTimeout(timer));
  }

  protected async ask<N extends RequestName>(name: N, request: Request<N>): Promise<Response<N>> {
    let answer: Answer<N>;
    try {
      answer = await this.socket.timeout(patienceMs).emitWithAck(name, request);
    } catch (error) {
      throw new NotGrantedError('lost', `${name}: ${error}`);
    }
    if (answer.ok) return answer.value;
    throw new NotGrantedError(answer.error.code, `${name}: ${answer.error.message}`);
  }
}

class ParleyTalker extends Talker {
  async enter(): Promise<void> {
    await this.ask('join', { room: this.room, displayName: 'Ada Lovelace' });
  }

  async publish(): Promise<void> {
    const { producerId } = this;
    await this.ask('publish', { producerId, source: 'microphone', rtpParameters: opus() });
  }

  async leave(): Promise<void> {
    await this.ask('leave', {});
    this.close();
  }
}

class BareTalker extends Talker {
  async enter(): Promise<void> {
    await this.socket.timeout(patienceMs).emitWithAck('enter', this.room);
  }

  async publish(): Promise<void> {}

  async leave(): Promise<void> {
    this.close();
  }
}

export const talkers = { parley: ParleyTalker, bare: BareTalker } as const;
