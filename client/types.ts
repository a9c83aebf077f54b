import type {
  Ask,
  Ban,
  ChatMessage,
  ChatMessageId,
  Closure,
  Goodbye,
  Lobby,
  MediaSource,
  Moderation,
  ParticipantId,
  Reaction,
  ReactionName,
  RefusalError,
  Rights,
  Role,
  RoomKey,
  Speaker,
} from '@parley/protocol';
import type { Files } from './files/types.ts';

/** Where a call stands. */
export type CallState =
  | { status: 'idle' }
  /** `attempt` counts from 1; above 1, `reason` says what the last attempt met. */
  | { status: 'joining'; attempt: number; reason?: RefusalError }
  /** Waits to be let in, for as long as it takes. `hostPresent`: somebody is there who can do that. */
  | { status: 'inLobby'; hostPresent: boolean }
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

/** How sound is made to fit a network; what is left out is chosen by what is sent. */
export interface SoundOptions {
  /**
   * Discontinuous transmission: little is sent during silence. Default: on for a microphone; off for the sound of a screen and for tracks
   * whose `contentHint` is `music`, of which it would take the quiet parts away.
   */
  dtx?: boolean;
  /** Forward error correction: each packet also holds the one before it coarsely, once packets are lost on the way to the SFU. Default: on. */
  fec?: boolean;
}

/** How pictures are encoded. */
export type VideoCodec = 'vp8' | 'h264' | 'vp9' | 'av1';

/** Something that a participant sends. */
export interface SentMedia {
  track: MediaStreamTrack;
  paused: boolean;
}

/** Something that another participant sends. `track` is undefined until it can be played. */
export interface ReceivedMedia {
  track: MediaStreamTrack | undefined;
  paused: boolean;
  /** A camera that stands still, as no more than `pictures` are received at a time. */
  leftOut?: true;
}

export interface RemoteParticipant {
  id: ParticipantId;
  displayName: string;
  role: Role;
  /** Who they are to the application that let them in, if it said so. */
  identity: string | undefined;
  connected: boolean;
  /** When they raised their hand, in ms since 1970 by the server's clock; undefined while it is down. */
  handRaisedAt: number | undefined;
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
        /** Whether people may reach each other past the server, as files need it. */
        direct: boolean;
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
        /** The name of the moderator who muted one last, if that was heard. */
        mutedBy?: string;
        /** The name of the moderator who ended one's share last, if that was heard. */
        shareEndedBy?: string;
        /** As of the others. */
        handRaisedAt: number | undefined;
        media: Partial<Record<MediaSource, SentMedia>>;
      }
    | undefined;
  /** Whether those who come now are refused, unless they may moderate. */
  locked: boolean;
  /** How one's pictures and sound travel, both ways: through an SFU, or directly to and from the only other in the room. */
  mediaPath: 'sfu' | 'direct';
  /** Who waits to be let in, the longest first; known to those who may moderate, else empty. */
  lobby: Lobby['waiting'];
  /** What a moderator asks one to send, until one does, may not any more, or `dismissAsk`. */
  asked: Ask | undefined;
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
  /**
   * `viewed`: pictures are received only while `view` says that they are shown, but for the first 2 s, in which they come small. Default:
   * `all`, until `view` says otherwise.
   */
  receive?: 'all' | 'viewed';
  /**
   * How one's own camera and screen are sent, if this browser sends and plays that; else, and by default, as `vp8`. Everyone in the room has
   * to be able to play it: those who cannot see nothing. `vp8` and `h264` are in every browser; with `av1` everyone receives the same size.
   */
  videoCodec?: VideoCodec;
  /** How many cameras of others are received at a time; see `setPictures`. Default: all. */
  pictures?: number;
  /** Whether pictures may be left out by themselves on a bad network; see `Quality`. Default: true. */
  reduce?: boolean;
  /**
   * Whether media may go directly to another who is alone with one in the room, where both and the room want that. The other then learns one's
   * IP address. Default: true, but not with `iceTransportPolicy: 'relay'`.
   */
  direct?: boolean;
  /** How sound is sent, where `publish` does not say otherwise. */
  sound?: Partial<Record<SoundSource, SoundOptions>>;
}

/** The sources of sound. */
export type SoundSource = Extract<MediaSource, 'microphone' | 'screen-audio'>;

/** Somebody's camera or screen. */
export interface Picture {
  participantId: ParticipantId;
  source: Extract<MediaSource, 'camera' | 'screen'>;
}

/** How large a picture is shown, in CSS pixels, or that nobody can see it: on another page, scrolled away, in a hidden tab. */
export type View = { width: number; height: number } | 'hidden';

/**
 * Figures of one source that is received, from W3C webrtc-stats. Counts go on where it begins to come another way: through another SFU, or
 * directly.
 */
export interface ReceivedStats {
  participantId: ParticipantId;
  source: MediaSource;
  framesDecoded: number;
  /** Frames that came, but too late to be decoded or shown. */
  framesDropped: number;
  framesPerSecond: number;
  /** Energy since the start, see `totalAudioEnergy`. */
  totalAudioEnergy: number;
  packetsReceived: number;
  packetsLost: number;
  bytesReceived: number;
  /** In seconds. */
  jitter: number;
  /** 0 for sound. */
  frameWidth: number;
  frameHeight: number;
  /** Such as `VP8` or `opus`; undefined where the browser does not say. */
  codec: string | undefined;
}

/** Figures of one sent stream, a size of a picture being one. */
export interface SentStats {
  kind: 'audio' | 'video';
  packetsSent: number;
  /** As its receiver says; undefined until it does. */
  packetsLost: number | undefined;
  bytesSent: number;
  /** 0 for sound. */
  frameWidth: number;
  frameHeight: number;
  framesPerSecond: number;
  codec: string | undefined;
  /** What keeps a picture smaller than it could be. */
  qualityLimitationReason: 'none' | 'cpu' | 'bandwidth' | 'other' | undefined;
}

/** How long the steps of joining took, in ms from the call of `join`; undefined until then. */
export interface JoinSteps {
  /** The connection to the server was open. */
  connected: number | undefined;
  /** The server let one in. */
  answered: number | undefined;
  /** There was something to send or to receive. */
  mediaWanted: number | undefined;
  /** Media had found its way. */
  mediaConnected: number | undefined;
  /** The first picture of another was decoded. */
  firstFrame: number | undefined;
}

export interface CallStats {
  /** When it was looked, in ms on the clock of `performance.now()`. */
  at: number;
  received: ReceivedStats[];
  sent: SentStats[];
  joinMs: JoinSteps;
  /** How media travels: candidate types and protocols of the selected pairs. */
  paths: {
    direction: 'send' | 'receive';
    /** What it leads to: an SFU, or the other of a direct link. */
    via: 'sfu' | 'direct';
    local: string;
    remote: string;
    protocol: string;
    relayProtocol?: string;
    /** To the server, or the other of a direct link, and back, in ms. */
    roundTripMs?: number;
    /** What the browser takes it that can be sent, in bit/s. */
    availableOutgoingBitrate?: number;
  }[];
}

/** A message as a page shows it. */
export interface ChatEntry {
  id: ChatMessageId;
  /** Its number in the room, and when it was taken in, in ms since 1970; undefined until that is known. */
  seq: number | undefined;
  at: number | undefined;
  /** Who wrote it; undefined for one's own that is not with the others yet. */
  from: ChatMessage['from'] | undefined;
  mine: boolean;
  text: string;
  /** `sending` goes on by itself, also over reconnections; `failed` has an `error` and can be sent again. */
  state: 'sending' | 'sent' | 'failed';
  error: RefusalError | undefined;
}

/** What was written in the room. Immutable: a change makes a new one. */
export interface ChatSnapshot {
  /** In their order and without gaps; those that are not sent yet come last. */
  messages: readonly ChatEntry[];
  /** Whether there are more before the first. */
  hasOlder: boolean;
}

/** The chat of a call. Everyone in the room reads it; writing takes the right `chat`. */
export interface Chat {
  snapshot(): ChatSnapshot;
  /** Calls `listener` after every change of the snapshot; the returned function ends that. */
  subscribe(listener: () => void): () => void;
  /**
   * Writes to everyone. The message stands in the snapshot at once, and is sent until it is answered.
   *
   * @throws RefusalError `bad_request` for what cannot be a message, `rate_limited` if too many wait, or why there is no call.
   */
  send(text: string): ChatMessageId;
  /** Sends a message that failed once more. */
  retry(id: ChatMessageId): void;
  /** Forgets a message that failed. */
  discard(id: ChatMessageId): void;
  /** Puts older messages before the first, if there are any. @throws RefusalError */
  loadOlder(): Promise<void>;
}

/** Who speaks. Immutable: a change makes a new one. */
export interface SpeakersSnapshot {
  /**
   * At most 8, oneself among them: the active speaker first, then the louder before the quieter. `level` is 0 (silent: somebody who has only
   * just stopped), 1 (quiet), 2 or 3 (loud).
   */
  speakers: readonly Speaker[];
  /** Whom to look at: the first of `speakers`. Changes seldom, and outlasts the pauses between sentences. */
  activeSpeaker: ParticipantId | undefined;
}

/** Who speaks in the room, as the server hears it. Whose microphone is off is never named. */
export interface Speakers {
  snapshot(): SpeakersSnapshot;
  /** Calls `listener` after every change of the snapshot, at most a few times a second; the returned function ends that. */
  subscribe(listener: () => void): () => void;
}

/** What people answer without a word, as it happens. Nothing of it is kept. */
export interface Reactions {
  /** Calls `listener` whenever somebody reacts, also oneself; the returned function ends that. */
  listen(listener: (reaction: Reaction) => void): () => void;
}

/** How good the call is for somebody: for who is looked at, for oneself. */
export interface QualityOf {
  level: 'good' | 'fair' | 'poor';
  /** Why it is not good, as far as that is known: their network, one's own, or the server's. */
  reason?: 'theirs' | 'yours' | 'server' | undefined;
}

/** How good the call is. Immutable: a change makes a new one. */
export interface QualitySnapshot {
  /** One's own network. */
  own: QualityOf;
  /** Of the others, those of whom sound or pictures do not arrive well. */
  participants: ReadonlyMap<ParticipantId, QualityOf>;
  /** Whether one's sound and pictures go through a relay. */
  relayed: boolean;
  /**
   * What is left out on a bad network: of others' cameras their larger sizes, then all but four, then, while nobody could be understood otherwise,
   * all (`leftOut`); of one's own its larger sizes and frame rate. It comes back by itself.
   */
  reduced: {
    receive: 'full' | 'smaller' | 'fewer' | 'sound';
    send: 'full' | 'less' | 'least';
    /** Whether anything may be left out. */
    allowed: boolean;
  };
}

/** How good the call is, as measured every 2 s while the page is in sight. */
export interface Quality {
  snapshot(): QualitySnapshot;
  /** Calls `listener` after every change of the snapshot; the returned function ends that. */
  subscribe(listener: () => void): () => void;
  /** Whether pictures may be left out on a bad network. Either way all of them come back at once. */
  reduce(allowed: boolean): void;
}

/** One stay in one room. */
export interface Call {
  readonly chat: Chat;
  readonly speakers: Speakers;
  readonly quality: Quality;
  readonly reactions: Reactions;
  readonly files: Files;
  snapshot(): CallSnapshot;
  /** Calls `listener` after every change of the snapshot; the returned function ends that. */
  subscribe(listener: () => void): () => void;
  /** Resolves when in; what is refused for good also stands in the snapshot's state. @throws RefusalError */
  join(options: JoinOptions): Promise<void>;
  /** Sends `track` as `source`, or replaces the track that is sent as it. `sound` counts for sources of sound. @throws RefusalError */
  publish(source: MediaSource, track: MediaStreamTrack, sound?: SoundOptions): Promise<void>;
  unpublish(source: MediaSource): Promise<void>;
  setPaused(source: MediaSource, paused: boolean): Promise<void>;
  /** Says how large a picture is shown, so that no more is received of it than can be seen. Sound is not touched. */
  view(picture: Picture, view: View): void;
  /**
   * Receives no more cameras than `most` at a time, or all (`undefined`): those that `view` says are shown, the larger first, then those of who
   * spoke last. The others have `leftOut`. Screens are received besides.
   */
  setPictures(most: number | undefined): void;
  /** Decides about others, those who wait to be let in, or the room; takes the right `moderate`. @throws RefusalError */
  moderate(moderation: Moderation): Promise<void>;
  /** Who was shut out of the meeting, the latest first; takes the right `moderate`. @throws RefusalError */
  bans(): Promise<Ban[]>;
  /** Raises or lowers one's own hand. @throws RefusalError */
  raiseHand(raised: boolean): Promise<void>;
  /** Shows everyone in the room a reaction. @throws RefusalError `rate_limited` */
  react(reaction: ReactionName): Promise<void>;
  /** Forgets what a moderator asked. They are not told. */
  dismissAsk(): void;
  leave(): Promise<void>;
  stats(): Promise<CallStats>;
}
