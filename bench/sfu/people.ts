import { join } from 'node:path';
import { Child } from '@parley/loadtests/child';
import type { ParticipantId, ProducerId, RemoteProducer, RoomUid, RtpCapabilities } from '@parley/protocol';

/** Where a server is, and the room that people are in there. */
export interface Venue {
  url: string;
  token: string;
  room: RoomUid;
}

/** What people in a process of their own can be told to do, one step after the other. */
export interface PeopleCalls {
  /** They come. `seed` decides what their packets are numbered by. */
  come(of: { venue: Venue; count: number; seed: number }): Promise<void>;
  /** Each opens a transport to send on. */
  openSending(): Promise<Timed>;
  /** Each opens a transport to receive on. */
  openReceiving(): Promise<Timed>;
  /** Each sends so many cameras: once the transports are connected, the producers are opened. */
  publish(of: { cameras: number }): Promise<Camera[]>;
  /** Each asks for these, but not for their own. `elsewhere`: those of them that another SFU of the room carries. */
  consume(of: {
    producerIds: ProducerId[];
    elsewhere?: RemoteProducer[];
    rtpCapabilities: RtpCapabilities;
  }): Promise<Timed>;
  /** Receiving transports are connected, with ICE and DTLS. */
  connect(): Promise<Timed>;
  /** They want to see what they consume. */
  resume(): Promise<void>;
  /** All cameras send. @returns how many packets that were. */
  send(of: { bitsPerSecond: number; seconds: number }): Promise<number>;
  /** How many packets arrived since they came, all tracks together. */
  arrived(): Promise<number>;
}

/** A camera that somebody sends. */
export interface Camera {
  producerId: ProducerId;
  participant: ParticipantId;
}

/** How long each took of what was done one after the other, in ms. */
export type Timed = number[];

/** So many peers can one process hold without being late. */
export const peoplePerProcess = 150;

/** People in a process of their own. */
export class People extends Child<PeopleCalls> {
  constructor() {
    super(join(import.meta.dirname, 'people-process.ts'));
  }
}
