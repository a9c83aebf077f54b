import type {
  Closure,
  Goodbye,
  MediaSource,
  ParticipantId,
  RefusalError,
  Rights,
  Role,
  RoomKey,
} from '@parley/protocol';

/** Where a call stands. */
export type CallState =
  | { status: 'idle' }
  /** `attempt` counts from 1; above 1, `reason` says what the last attempt met. */
  | { status: 'joining'; attempt: number; reason?: RefusalError }
  | { status: 'joined' }
  /** The connection or the media broke and is being repaired; what still flows goes on. */
  | { status: 'reconnecting'; cause: 'signaling' | 'media' }
  | { status: 'refused'; error: RefusalError }
  | {
      status: 'ended';
      reason: 'left' | Goodbye['reason'];
      message: string;
      /** With `room_closed`: why, and until when. */
      closed?: Closure;
    };

/** Something that a participant sends. */
export interface SentMedia {
  track: MediaStreamTrack;
  paused: boolean;
}

/** Something that another participant sends. `track` is undefined until it can be played. */
export interface ReceivedMedia {
  track: MediaStreamTrack | undefined;
  paused: boolean;
}

export interface RemoteParticipant {
  id: ParticipantId;
  displayName: string;
  role: Role;
  /** Who they are to the application that let them in, if it said so. */
  identity: string | undefined;
  connected: boolean;
  media: Partial<Record<MediaSource, ReceivedMedia>>;
}

/** Everything a page shows of a call. Immutable: a change makes a new one. */
export interface CallSnapshot {
  state: CallState;
  room:
    | {
        key: RoomKey;
        displayName: string;
        maxParticipants: number;
        media: { audio: boolean; video: boolean; screen: boolean };
      }
    | undefined;
  self:
    | {
        id: ParticipantId;
        displayName: string;
        role: Role;
        /** What one may do. The server refuses everything else. */
        rights: Rights;
        media: Partial<Record<MediaSource, SentMedia>>;
      }
    | undefined;
  /** The others, in the order in which they came. */
  participants: readonly RemoteParticipant[];
}

export interface JoinOptions {
  /** `name` or `namespace/name`. */
  room: string;
  displayName: string;
  token?: string;
}

export interface CallOptions {
  /** Origin of the entrance. Default: the page's own. */
  url?: string;
  /** `relay` sends all media through TURN. Default: `all`. */
  iceTransportPolicy?: RTCIceTransportPolicy;
}

/** Figures of one received stream, from W3C webrtc-stats. */
export interface ReceivedStats {
  participantId: ParticipantId;
  source: MediaSource;
  framesDecoded: number;
  framesPerSecond: number;
  /** Energy since the start, see `totalAudioEnergy`. */
  totalAudioEnergy: number;
  packetsReceived: number;
  packetsLost: number;
}

export interface CallStats {
  received: ReceivedStats[];
  /** From the call of `join` to its answer and to the first decoded video frame, in ms; undefined until then. */
  joinMs: { answered: number | undefined; firstFrame: number | undefined };
  /** How media travels: candidate types and protocols of the selected pairs. */
  paths: {
    direction: 'send' | 'receive';
    local: string;
    remote: string;
    protocol: string;
    relayProtocol?: string;
  }[];
}

/** One stay in one room. */
export interface Call {
  snapshot(): CallSnapshot;
  /** Calls `listener` after every change of the snapshot; the returned function ends that. */
  subscribe(listener: () => void): () => void;
  /** Resolves when in; what is refused for good also stands in the snapshot's state. @throws RefusalError */
  join(options: JoinOptions): Promise<void>;
  /** Sends `track` as `source`, or replaces the track that is sent as it. @throws RefusalError */
  publish(source: MediaSource, track: MediaStreamTrack): Promise<void>;
  unpublish(source: MediaSource): Promise<void>;
  setPaused(source: MediaSource, paused: boolean): Promise<void>;
  leave(): Promise<void>;
  stats(): Promise<CallStats>;
}
