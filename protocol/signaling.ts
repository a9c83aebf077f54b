/** Protocol 2: what a client and signaling say to each other over Socket.IO. SPEC.md has the rules, versions.ts the versions. */
import { z } from 'zod';
import { type ChatMessage, ChatPage, ChatPosition, chatRequests } from './chat.ts';
import { Closure } from './closure.ts';
import { Refusal } from './errors.ts';
import {
  ConsumerId,
  MediaGeneration,
  MediaLossId,
  ParticipantId,
  ProducerId,
  RoomKey,
  RoomName,
  TransportId,
} from './ids.ts';
import { type Ask, interactionRequests, type Reaction } from './interaction.ts';
import { LayersWanted, PreferredLayer } from './layers.ts';
import { Lobby, type Waiting } from './lobby.ts';
import {
  DtlsParameters,
  IceCandidate,
  IceParameters,
  IceServer,
  MediaKind,
  MediaSource,
  RtpCapabilities,
  RtpParameters,
} from './media.ts';
import { moderationRequests } from './moderation.ts';
import { calmDisplayName, maxDisplayName } from './names.ts';
import type { Networks } from './networks.ts';
import { qualityRequests, ReportWish } from './quality.ts';
import { Identity, Rights, Role, rightsOfRole } from './roles.ts';
import { type ReceivedSignal, signalRequests } from './signals.ts';
import type { Speakers } from './speakers.ts';

/** Largest message that signaling reads, in bytes. */
export const maxMessageBytes = 64 * 1024;

/** What a client says of itself when it connects (`auth` of the Socket.IO handshake). */
export const Handshake = z.object({
  version: z.int(),
  /** Which additions to the version the client knows; see `Dialect`. */
  revision: z.int().min(0).default(0),
  /** W3C trace context of what the connection is for, so that one trace leads from the click to the SFU. Passed over where it is not valid. */
  traceparent: z.string().max(512).optional().catch(undefined),
});
export type Handshake = z.infer<typeof Handshake>;

/** The first that a client hears once it is let in, from version 2 on. */
export const Welcome = z.object({
  /** The newest and the oldest version that the server speaks. */
  version: z.int(),
  oldestVersion: z.int(),
  /** What one connection may send. */
  limits: z.object({ maxMessageBytes: z.int(), requestsPerSecond: z.number(), burst: z.int() }),
  /** Whether and how often it wants to be told how the call goes; from revision 4 of version 2 on. */
  reports: ReportWish.optional(),
});
export type Welcome = z.infer<typeof Welcome>;

/** Longest token, in characters. */
export const maxTokenLength = 8192;

/** Names are calmed rather than refused, as people cannot see what is wrong with them. */
export const DisplayName = z
  .string()
  .overwrite(calmDisplayName)
  .trim()
  .min(1, 'must not be empty')
  .max(maxDisplayName, `must be at most ${maxDisplayName} characters long`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters');

export const Producer = z.object({
  id: ProducerId,
  kind: MediaKind,
  source: MediaSource,
  paused: z.boolean(),
  /** Which of the room's media it belongs to; absent: the current one. */
  generation: MediaGeneration.optional(),
});
export type Producer = z.infer<typeof Producer>;

export const Participant = z.object({
  id: ParticipantId,
  displayName: z.string(),
  role: Role.default('speaker'),
  /** Who they are to the application that let them in, if it said so. */
  identity: Identity.optional(),
  /** False while the connection is gone and may still come back. */
  connected: z.boolean(),
  producers: z.array(Producer),
  /** The last loss of what they sent and received, if there was one. */
  loss: MediaLossId.optional(),
  /** Their media may go directly to and from another who is alone with them in the room. */
  direct: z.literal(true).optional(),
  /** While their hand is raised: `at` of the change by which it was. */
  hand: z.int().min(0).optional(),
});
export type Participant = z.infer<typeof Participant>;

/** A place in the history of a room: its change number `seq`, and when that was made, in ms by Redis's clock. */
export const LogPosition = z.object({ seq: z.int().min(0), at: z.int().min(0) });
export type LogPosition = z.infer<typeof LogPosition>;

/** All of a room's state that its participants share, as of a place in its history. */
export const RoomSnapshot = z.object({
  ...LogPosition.shape,
  /** The room's media on its main SFU. */
  generation: MediaGeneration,
  /** The room's media on each further SFU that carries it. Nobody need care who is on which: all can be subscribed to from everywhere. */
  branches: z.array(MediaGeneration).optional(),
  /** While the room moves to another SFU: the media that it moves from, which still flows. */
  former: MediaGeneration.optional(),
  participants: z.array(Participant),
  /** Whether those who come now are refused. */
  locked: z.boolean().default(false),
});
export type RoomSnapshot = z.infer<typeof RoomSnapshot>;

const change = {
  ...LogPosition.shape,
  /** `at` of the change before. If the state at hand has another, changes were lost and others took their numbers. */
  after: z.int().min(0),
};

/** Change number `seq` of a room. A client that sees a gap asks for a `sync`. */
export const RoomEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('participantJoined'), ...change, participant: Participant }),
  z.object({ type: z.literal('participantLeft'), ...change, participantId: ParticipantId }),
  z.object({
    type: z.literal('participantConnection'),
    ...change,
    participantId: ParticipantId,
    connected: z.boolean(),
  }),
  z.object({
    type: z.literal('producerAdded'),
    ...change,
    participantId: ParticipantId,
    producer: Producer,
  }),
  z.object({
    type: z.literal('producerPaused'),
    ...change,
    participantId: ParticipantId,
    producerId: ProducerId,
    paused: z.boolean(),
    /** Who did it, where that was a moderator. */
    by: ParticipantId.optional(),
  }),
  z.object({
    type: z.literal('producerRemoved'),
    ...change,
    participantId: ParticipantId,
    producerId: ProducerId,
    /** A moderator, or the application, ended the share. Its owner stops it. */
    ended: z.literal(true).optional(),
    /** Who did, where that was a moderator. */
    by: ParticipantId.optional(),
  }),
  /** The participant has the rights of this role from now on; what they may not publish any more is removed by events that follow. */
  z.object({ type: z.literal('participantRole'), ...change, participantId: ParticipantId, role: Role }),
  z.object({ type: z.literal('roomLocked'), ...change, locked: z.boolean() }),
  z.object({
    type: z.literal('handRaised'),
    ...change,
    participantId: ParticipantId,
    raised: z.boolean(),
    /** Who lowered it, where that was a moderator. */
    by: ParticipantId.optional(),
  }),
  /**
   * The participant lost what they had of this generation of the room's media, and others their consumers of it. The participant answers
   * with `renewMedia`, publishes and subscribes anew; for all others nothing else changes.
   */
  z.object({
    type: z.literal('mediaLost'),
    ...change,
    participantId: ParticipantId,
    generation: MediaGeneration,
    loss: MediaLossId,
    /** That the room is on several SFUs, and this was the media of one of them. */
    several: z.literal(true).optional(),
  }),
  /** The room's media is a new one, on one SFU: every transport, producer and consumer is gone. Answer with `renewMedia`. */
  z.object({ type: z.literal('mediaReset'), ...change, generation: MediaGeneration }),
  /**
   * What `from` carries moves to another SFU, to `generation`, and still flows. The room's media is now `main` (absent: `generation`) and
   * `branches`; everything else is gone. Who has media of `from` answers with `renewMedia`, publishes and subscribes anew; all say
   * `finishMove` when they need nothing of `from` any more. `main` is there where the room was or is on several SFUs.
   */
  z.object({
    type: z.literal('mediaMoved'),
    ...change,
    generation: MediaGeneration,
    from: MediaGeneration,
    main: MediaGeneration.optional(),
    branches: z.array(MediaGeneration).optional(),
  }),
  /** The move is over: the media that the room moved from is gone. `generation` is that of its main SFU. */
  z.object({ type: z.literal('moveFinished'), ...change, generation: MediaGeneration }),
  /**
   * Further SFUs began or ceased to carry the room. Whose media was there is told `mediaLost` before. `main`: the main SFU's media, where
   * that is another from now on, as it was lost.
   */
  z.object({
    type: z.literal('mediaBranches'),
    ...change,
    branches: z.array(MediaGeneration),
    main: MediaGeneration.optional(),
  }),
]);
export type RoomEvent = z.infer<typeof RoomEvent>;

/** What came after a place in the history; or, where that is not known any more or was lost, the whole state. */
export const Missed = z.union([
  z.object({ events: z.array(RoomEvent) }),
  z.object({ snapshot: RoomSnapshot }),
]);
export type Missed = z.infer<typeof Missed>;

/** What a browser needs to open one WebRTC transport. */
export const TransportOptions = z.object({
  id: TransportId,
  iceParameters: IceParameters,
  iceCandidates: z.array(IceCandidate),
  dtlsParameters: DtlsParameters,
});
export type TransportOptions = z.infer<typeof TransportOptions>;

/** The media side of a participant, valid for one generation of the room's media. */
export const MediaSession = z.object({
  generation: MediaGeneration,
  /** The participant's last loss before it. A later one took this session. */
  loss: MediaLossId.optional(),
  routerRtpCapabilities: RtpCapabilities,
  iceServers: z.array(IceServer),
  /** `relay`: the SFU can be reached through its relays alone. Default: `all`. */
  iceTransportPolicy: z.enum(['all', 'relay']).optional(),
  send: TransportOptions,
  receive: TransportOptions,
});
export type MediaSession = z.infer<typeof MediaSession>;

export const ConsumerOptions = z.object({
  id: ConsumerId,
  producerId: ProducerId,
  kind: MediaKind,
  rtpParameters: RtpParameters,
});
export type ConsumerOptions = z.infer<typeof ConsumerOptions>;

const empty = z.object({});
/** Which of the media sessions the request is about; absent: the one that the participant was given last. */
const ofLink = { generation: MediaGeneration.optional() };
const batch = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(64);

/** Every request: a Socket.IO event of this name whose acknowledgement is an `Answer` to it. */
export const requests = {
  /** Enters a room. One answer holds all that is needed to send and receive. */
  join: {
    request: z.object({
      /** `name`, in the cluster's default namespace for rooms, or `namespace/name`. */
      room: z.union([RoomName, RoomKey]),
      displayName: DisplayName,
      token: z.string().max(maxTokenLength).optional(),
      /** What `in_lobby` said, also when joining anew later. */
      ticket: z.string().max(128).optional(),
      /** Whether media may go directly to another, who then learns one's IP address; from revision 5 of version 2 on. */
      direct: z.boolean().default(false),
    }),
    response: z.object({
      participantId: ParticipantId,
      /** Proves to `resume` that the caller is this participant. */
      sessionSecret: z.string(),
      role: Role.default('speaker'),
      rights: Rights.default(rightsOfRole.speaker),
      room: z.object({
        key: RoomKey,
        displayName: z.string(),
        maxParticipants: z.int(),
        /** Whether people may reach each other past the server, to send media or files; from revision 5 of version 2 on. */
        direct: z.boolean().default(false),
        media: z.object({ audio: z.boolean(), video: z.boolean(), screen: z.boolean() }),
      }),
      snapshot: RoomSnapshot,
      media: MediaSession,
      /** The latest messages; from version 2 on. */
      chat: ChatPage.optional(),
      /** Who waits, for those who may moderate; from version 2 on. */
      lobby: Lobby.optional(),
    }),
  },
  /** Takes a participant over onto a new connection. Media that still flows is left alone. */
  resume: {
    request: z.object({
      participantId: ParticipantId,
      room: RoomKey,
      sessionSecret: z.string().max(128),
      /** What the client still knows, to hear only what it missed. */
      since: LogPosition.optional(),
      /** The latest message that it knows. */
      chatSince: ChatPosition.optional(),
    }),
    response: z.intersection(
      Missed,
      z.object({
        iceServers: z.array(IceServer),
        /** As `chatHistory` answers to `chatSince`; from version 2 on. */
        chat: ChatPage.optional(),
        /** Who waits, for those who may moderate; from version 2 on. */
        lobby: Lobby.optional(),
      }),
    ),
  },
  /** New transports after `mediaReset`, or beside those that there are after `mediaMoved`. */
  renewMedia: { request: empty, response: MediaSession },
  /** The participant sends and receives by `generation` all that they did, and needs no former media any more. */
  finishMove: { request: z.object({ generation: MediaGeneration }), response: empty },
  connectTransport: {
    request: z.object({ ...ofLink, transportId: TransportId, dtlsParameters: DtlsParameters }),
    response: empty,
  },
  restartIce: {
    request: z.object({ ...ofLink, transportId: TransportId }),
    response: z.object({ iceParameters: IceParameters }),
  },
  publish: {
    request: z.object({
      ...ofLink,
      /** Chosen by the client, so that a repeated request is recognised. */
      producerId: ProducerId,
      source: MediaSource,
      rtpParameters: RtpParameters,
      paused: z.boolean().default(false),
    }),
    response: empty,
  },
  unpublish: { request: z.object({ ...ofLink, producerId: ProducerId }), response: empty },
  /** Mutes or unmutes one's own producer. */
  pauseProducer: {
    request: z.object({ ...ofLink, producerId: ProducerId, paused: z.boolean() }),
    response: empty,
  },
  /** Asks for others' producers. Consumers start paused; those that could not be had are named with the reason. */
  subscribe: {
    request: z.object({
      ...ofLink,
      producerIds: batch(ProducerId),
      rtpCapabilities: RtpCapabilities,
    }),
    response: z.object({
      consumers: z.array(ConsumerOptions),
      refused: z.array(z.object({ producerId: ProducerId, error: Refusal })),
    }),
  },
  /** Lets media flow once the client is ready for it, or stops it. */
  pauseConsumers: {
    request: z.object({ ...ofLink, consumerIds: batch(ConsumerId), paused: z.boolean() }),
    response: empty,
  },
  /** The largest pictures that are wanted of these consumers. A change asks the publisher for a key frame where it takes one. */
  setLayers: {
    request: z.object({ ...ofLink, consumers: batch(PreferredLayer) }),
    response: empty,
  },
  /** What is watched of one's own producers, as `layersWanted` said it last. */
  wantedLayers: {
    request: z.object(ofLink),
    response: z.object({ producers: z.array(LayersWanted) }),
  },
  unsubscribe: {
    request: z.object({ ...ofLink, consumerIds: batch(ConsumerId) }),
    response: empty,
  },
  /** What came after `since`, for a client that may have missed it; without `since`, the whole state. */
  sync: {
    request: z.object({ since: LogPosition.optional() }),
    /** `lobby`: who waits, for those who may moderate. */
    response: z.intersection(Missed, z.object({ lobby: Lobby.optional() })),
  },
  ...chatRequests,
  ...moderationRequests,
  ...interactionRequests,
  ...signalRequests,
  ...qualityRequests,
  /** Version 1's `sync`. */
  snapshot: { request: empty, response: RoomSnapshot },
  leave: { request: empty, response: empty },
} as const satisfies Record<string, { request: z.ZodType; response: z.ZodType }>;

export type RequestName = keyof typeof requests;
export type Request<N extends RequestName> = z.input<(typeof requests)[N]['request']>;
export type Response<N extends RequestName> = z.output<(typeof requests)[N]['response']>;

export type Answer<N extends RequestName> = { ok: true; value: Response<N> } | { ok: false; error: Refusal };

/** Why the server ends a participant's stay. */
export const Goodbye = z.object({
  reason: z.enum([
    'room_ended',
    'room_closed',
    'room_locked',
    'replaced',
    'removed',
    'banned',
    'turned_away',
  ]),
  message: z.string(),
  /** With `room_closed`: why, and until when. */
  closed: Closure.optional(),
});
export type Goodbye = z.infer<typeof Goodbye>;

export type ClientToServerEvents = {
  [N in RequestName]: (request: Request<N>, answer: (answer: Answer<N>) => void) => void;
};

export interface ServerToClientEvents {
  welcome: (welcome: Welcome) => void;
  room: (event: RoomEvent) => void;
  /** A message that somebody in the room wrote, also to themselves. It may come twice. */
  chat: (message: ChatMessage) => void;
  /** To who publishes: what others watch of it. What nobody watches need not be sent. */
  layersWanted: (wanted: LayersWanted) => void;
  /** Who speaks. It may be lost, and is said again while anybody does. */
  speakers: (speakers: Speakers) => void;
  /** Whose network is bad. It may be lost, and is said again while any is. */
  networks: (networks: Networks) => void;
  /** Somebody reacted, perhaps oneself. It may be lost. */
  reaction: (reaction: Reaction) => void;
  /** A moderator asks one to send something. It may be lost. */
  asked: (ask: Ask) => void;
  /** What another participant says to one alone. It may be lost. */
  signal: (signal: ReceivedSignal) => void;
  /** Who waits, for those who may moderate. */
  lobby: (lobby: Lobby) => void;
  /** To somebody who waits: who can let them in has come or gone. */
  waiting: (waiting: Waiting) => void;
  /** To somebody who waits: they are let in, and join again on this connection. */
  admitted: () => void;
  goodbye: (goodbye: Goodbye) => void;
}
