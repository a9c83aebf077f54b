import type {
  ClientToServerEvents,
  Dialect,
  Goodbye,
  MediaGeneration,
  MediaLossId,
  ParticipantId,
  ServerToClientEvents,
  SfuPlace,
} from '@parley/protocol';
import type { TraceContext } from '@parley/telemetry';
import type { Server, Socket } from 'socket.io';
import type { LocalRoom } from '../presence/local-rooms.ts';
import type { ConnectionRef } from '../state/room-state.ts';

/** What this replica keeps with each socket. */
export interface SocketData {
  caller: Caller;
}

/** What replicas say to each other. */
export interface ReplicaEvents {
  /** As `Dismiss`; nobody is excepted where `except` is empty. */
  dismiss: (who: string, goodbye: Goodbye, except: string) => void;
}

export type ParleyServer = Server<ClientToServerEvents, ServerToClientEvents, ReplicaEvents, SocketData>;
export type ParleySocket = Socket<ClientToServerEvents, ServerToClientEvents, ReplicaEvents, SocketData>;

/** Media of the room that a participant has transports for. */
export interface MediaLink {
  readonly generation: MediaGeneration;
  readonly sfu: SfuPlace;
  /** The participant's last loss when they were given it. */
  readonly loss?: MediaLossId | undefined;
}

/** A participant whose connection this replica holds. */
export interface Member {
  readonly id: ParticipantId;
  readonly room: LocalRoom;
  readonly connection: ConnectionRef;
  readonly caller: Caller;
  /** The media that the participant was given and may still have, the last first. */
  links: MediaLink[];
}

/** Where a connection stands. There is one stay per connection. */
export type Session =
  | { status: 'new' }
  /** In a lobby: `LobbyKeeper` has their place. */
  | { status: 'waiting' }
  | { status: 'entering' }
  | { status: 'in'; member: Member }
  | { status: 'over' };

/** One connection, as the requests that come by it see it. */
export interface Caller {
  readonly socket: ParleySocket;
  readonly connection: ConnectionRef;
  /** Of the join that the connection was made for. */
  readonly trace: TraceContext;
  /** Until when requests belong to that join, on the clock of `Date.now()`. */
  joiningUntilMs: number;
  /** What the client can hear. */
  readonly dialect: Dialect;
  /** Where it is connected from; undefined if others are as well, behind a proxy that says nothing of them. */
  readonly address: string | undefined;
  session: Session;
  /** Requests under way. */
  pending: number;
  /** The replica ended the connection so that the client makes another, elsewhere. */
  handedOver: boolean;
}
