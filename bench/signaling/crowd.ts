import { join } from 'node:path';
import { Child } from '@parley/loadtests/child';
import type { RoomKey } from '@parley/protocol';
import type { ServerKind } from './talker.ts';

/** Somebody who heard a message, or said it. */
export interface Moment {
  room: RoomKey;
  /** Which change of the room it was. */
  seq: number;
  /** In ms by `now()`. */
  at: number;
}

export interface Place {
  kind: ServerKind;
  url: string;
  room: RoomKey;
}

export interface Arrivals {
  /** How long each join took that was granted, from opening the connection to the answer. */
  ms: number[];
  /** Why others were not. */
  refused: string[];
}

/** What a process of clients can be told to do. Everyone who entered stays until `leave`. */
export interface CrowdCalls {
  /** People enter these places, some at a time. Of each place `publisher` says whether it sends a microphone. */
  enter(places: (Place & { publisher: boolean })[]): Promise<void>;
  /** Connections that enter nothing. */
  connect(of: { url: string; count: number; kind: ServerKind }): Promise<void>;
  /** People come at this rate, whether or not those before them are in. */
  arrive(of: { places: Place[]; perSecond: number }): Promise<Arrivals>;
  /** Publishers take turns to say something at this rate, or every so often to write instead; answers how often they did. */
  speak(of: { perSecond: number; seconds: number; writeEvery?: number }): Promise<number>;
  /** What was said and heard since it was last asked. */
  moments(): Promise<{ said: Moment[]; heard: Moment[] }>;
  /** Everyone at a server of this kind writes one message, so many at once. */
  write(of: {
    kind: ServerKind;
    atOnce: number;
  }): Promise<{ answered: number; began: number; ended: number }>;
  /** How many messages were read since people entered, by those who wrote them too. */
  countRead(): Promise<number>;
  /** People enter by the library's own connection and come back by themselves whenever they lose it. */
  stay(of: { url: string; rooms: RoomKey[] }): Promise<void>;
  /** When each return was done, in ms by `now()`, how many are away now, and why some gave up. */
  returns(): Promise<{ at: number[]; away: number; gaveUp: string[] }>;
  /** Everyone leaves; resolves when the server knows. */
  leave(): Promise<void>;
}

/** Clients in a process of their own. */
export class Crowd extends Child<CrowdCalls> {
  constructor() {
    super(join(import.meta.dirname, 'crowd-process.ts'));
  }
}
