import { randomUUID } from 'node:crypto';
import type { ChatMessageId, ProducerId, Response, RoomKey } from '@parley/protocol';
import type { Version } from './check.ts';
import { Client, handshakes } from './client.ts';
import type { ClosingRoom, Endpoint, Room, RoomWish } from './endpoint.ts';
import { opus } from './rtp.ts';

/** Somebody in a room. */
export interface Guest {
  readonly client: Client;
  readonly joined: Response<'join'>;
  readonly id: Response<'join'>['participantId'];
}

/** What a check plays on: the endpoint, and the clients and rooms that it makes there, which go with it. */
export class Stage implements AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly version: Version;
  readonly #clients: Client[] = [];
  readonly #rooms: Room[] = [];

  constructor(endpoint: Endpoint, version: Version) {
    this.endpoint = endpoint;
    this.version = version;
  }

  /** A client of the version that is played, at the next of the endpoint's addresses. */
  client(auth: object = handshakes[this.version], headers: Record<string, string> = {}): Client {
    const { urls, openLink } = this.endpoint;
    const url = urls[this.#clients.length % urls.length] ?? urls[0];
    const made = new Client(url, { ...auth }, headers, openLink);
    this.#clients.push(made);
    return made;
  }

  async room(wish: RoomWish = {}): Promise<Room> {
    const room = await this.endpoint.rooms.make(wish);
    this.#rooms.push(room);
    return room;
  }

  /** A room that can be closed. @throws Error if the endpoint has none; see `Check.closesRooms`. */
  async closingRoom(): Promise<ClosingRoom> {
    const room = await this.endpoint.rooms.makeClosing?.();
    if (!room) throw new Error('Rooms of this endpoint cannot be closed by the suite.');
    this.#rooms.push(room);
    return room;
  }

  /** Somebody joins with a client of their own. */
  async enter(room: { key: RoomKey }, displayName: string, token?: string): Promise<Guest> {
    const client = this.client();
    const joined = await client.join(room.key, displayName, token);
    return { client, joined, id: joined.participantId };
  }

  /** Two who know of each other. */
  async meet(room: { key: RoomKey }): Promise<[Guest, Guest]> {
    const ada = await this.enter(room, 'Ada');
    const grace = await this.enter(room, 'Grace');
    await ada.client.event('participantJoined');
    return [ada, grace];
  }

  /** What came to these clients and does not fit the protocol. */
  get violations(): string[] {
    return this.#clients.flatMap(({ violations }) => violations);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#clients) socket.disconnect();
    await Promise.all(this.#rooms.map(room => room.end()));
  }
}

/** What `resume` asks for. */
export const sessionOf = ({ room, participantId, sessionSecret }: Response<'join'>) => ({
  room: room.key,
  participantId,
  sessionSecret,
});

/** Sends sound, or would if there were any. */
export async function publish(
  { client }: Pick<Guest, 'client'>,
  source: 'microphone' | 'screen-audio' = 'microphone',
): Promise<ProducerId> {
  const producerId = randomUUID() as ProducerId;
  await client.get('publish', { producerId, source, rtpParameters: opus() });
  return producerId;
}

/** A message to write. */
export const message = (text: string) => ({ id: randomUUID() as ChatMessageId, text });

export const placeOf = ({ seq, at }: { seq: number; at: number }) => ({ seq, at });
