import type { Grants, RoomKey } from '@parley/protocol';
import type { OpenLink } from './link.ts';

/** Signaling that is looked at from outside. */
export interface Endpoint {
  /** Base addresses, such as `https://meet.example.org`. Clients are spread over them by turns. */
  readonly urls: readonly [string, ...string[]];
  /** Origin of the page that is let in. */
  readonly origin: string;
  /** How long it keeps those whose connection is gone, in ms. */
  readonly graceMs: number;
  readonly rooms: Rooms;
  /** What clients connect with. Default: Socket.IO's own client. */
  readonly openLink?: OpenLink;
}

/** What a room has to be for a check. */
export interface RoomWish {
  /** `closed` is one that its administrator suspended. Default: `open`. */
  state?: 'open' | 'closed';
  /** Default: `Open`. */
  access?: 'Open' | 'Token';
  /** Whether people wait until somebody lets them in. Default: no. */
  lobby?: boolean;
  /** At least 2. Default: 20. */
  maxParticipants?: number;
  /** Default: everything. */
  media?: { audio: boolean; video: boolean; screen: boolean };
}

/** What a token says, and for how long, in s. Default: an hour. */
export type TokenWish = Grants & { displayName?: string; expiresInSeconds?: number };

/** A room of a check's own. */
export interface Room {
  readonly key: RoomKey;
  token(wish: TokenWish): Promise<string>;
  /** Deletes it; nothing happens if that was done. */
  end(): Promise<void>;
}

/** Rooms that can also be closed while people are in them. */
export interface ClosingRoom extends Room {
  close(): Promise<void>;
}

/** Makes rooms that can be joined as soon as they are there, or that are closed if that is the wish. */
export interface Rooms {
  make(wish: RoomWish): Promise<Room>;
  /** Absent where rooms cannot be closed. */
  makeClosing?(): Promise<ClosingRoom>;
}
