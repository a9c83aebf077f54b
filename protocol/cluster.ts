/**
 * What the parts of the cluster tell each other through Redis: who writes which key, and what stands in it.
 * Keys of one room share a hash tag, so that a script over them is safe on Redis Cluster.
 */
import { z } from 'zod';
import { Closure } from './closure.ts';
import { MediaGeneration, RoomKey, RoomUid, SfuInstance } from './ids.ts';

/** Where an SFU is. */
export const SfuPlace = z.object({
  pod: z.string(),
  instance: SfuInstance,
  /** Base URL of the control API. */
  controlUrl: z.url(),
});
export type SfuPlace = z.infer<typeof SfuPlace>;

/** How many microphones of a room are heard at a time, the loudest; 0: all. */
export const LoudestMicrophones = z.int().min(0).max(16);

/** Written by the operator's leader when its decision about a room changes; read by signaling. */
export const Placement = z.discriminatedUnion('state', [
  /** The room may be joined. */
  z.object({
    state: z.literal('ready'),
    key: RoomKey,
    uid: RoomUid,
    displayName: z.string(),
    maxParticipants: z.int(),
    access: z.enum(['Open', 'Token']),
    /** Whether people wait until somebody who may moderate lets them in. */
    lobby: z.boolean().default(false),
    media: z.object({ audio: z.boolean(), video: z.boolean(), screen: z.boolean() }),
    loudest: LoudestMicrophones.default(0),
    /** The main SFU. */
    sfu: SfuPlace,
    /** SFUs that carry the room besides, as it is too large for one. */
    further: z.array(SfuPlace).default([]),
    /** `turn:` and `turns:` URLs; credentials are signaling's to make. */
    turnUrls: z.array(z.string()),
    /** Whether media has to go through a relay, as the SFU cannot be reached otherwise. */
    relayOnly: z.boolean().default(false),
    /** Whether the media of two who are alone in the room may go directly between them. Older operators do not say it. */
    direct: z.boolean().default(false),
    /** Name of its MediaPool: figures are told apart by it. Older operators do not say it. */
    pool: z.string().default(''),
  }),
  /** Accepted, but nothing can carry it right now. */
  z.object({
    state: z.literal('waiting'),
    key: RoomKey,
    uid: RoomUid,
    reason: z.string(),
    message: z.string(),
  }),
  /** Its user wants it closed, for now or for good. Who is in has to leave. */
  z.object({
    state: z.literal('closed'),
    key: RoomKey,
    uid: RoomUid,
    ...Closure.shape,
    /** For people. */
    message: z.string(),
  }),
  /** Its spec is impossible. */
  z.object({
    state: z.literal('rejected'),
    key: RoomKey,
    uid: RoomUid,
    reason: z.string(),
    message: z.string(),
  }),
  /** Deleted. Kept for `endedPlacementSeconds`, so that late comers hear why. */
  z.object({ state: z.literal('ended'), key: RoomKey, uid: RoomUid }),
]);
export type Placement = z.infer<typeof Placement>;
export type ClosedPlacement = Extract<Placement, { state: 'closed' }>;
export type ReadyPlacement = Extract<Placement, { state: 'ready' }>;

export const endedPlacementSeconds = 300;

/** Which SFU carries a generation of a room's media. Written by signaling, in the hash `room` under `carrier`. */
export const Carrier = z.object({ generation: MediaGeneration, sfu: SfuPlace });
export type Carrier = z.infer<typeof Carrier>;

/** What further SFUs carry of a room. Written by signaling, in the hash `room` under `branches`. */
export const Branches = z.array(Carrier);
export type Branches = z.infer<typeof Branches>;

/** The media that a room moves from. Written by signaling, in the hash `room` under `former`, while the move lasts. */
export const FormerMedia = Carrier.extend({
  /** When the move began and when it ends at the latest, in ms by Redis's clock. */
  since: z.int(),
  until: z.int(),
});
export type FormerMedia = z.infer<typeof FormerMedia>;

/** Written by each SFU every `sfuHeartbeatMs`, gone `sfuLeaseMs` after its last word. */
export const SfuRegistration = z.object({
  pod: z.string(),
  /** Name of its MediaPool; relays forward only to SFUs of their own pool. */
  pool: z.string().optional(),
  instance: SfuInstance,
  controlUrl: z.url(),
  /** IP addresses that clients send media to. */
  addresses: z.array(z.union([z.ipv4(), z.ipv6()])).default([]),
  state: z.enum(['serving', 'draining']),
  workers: z.int().min(1),
  /** Workers that died since it started: another number means that rooms may have lost media. Older SFUs do not say it. */
  deaths: z.int().min(0).optional(),
  /** SFUs that it exchanges media of rooms with, and has not reached for `cutOffMs`. Who does not say it, be it that there are none, cannot share a room. */
  cutOff: z.array(SfuInstance).optional(),
  load: z.object({
    rooms: z.int().min(0),
    transports: z.int().min(0),
    producers: z.int().min(0),
    consumers: z.int().min(0),
    /** Busy share of the busiest worker's core over the last heartbeat, 0 to 1. */
    workerCpu: z.number().min(0),
    /** What clients are sent and send, in bit/s. Older SFUs do not say it. */
    sentBitrate: z.number().min(0).optional(),
    receivedBitrate: z.number().min(0).optional(),
    /** How much of all workers is taken, by their cores or by consumers, 1 where no more should come. Older SFUs do not say it. */
    used: z.number().min(0).max(1).optional(),
  }),
});
export type SfuRegistration = z.infer<typeof SfuRegistration>;

export const cutOffMs = 1_500;
export const sfuHeartbeatMs = 500;
export const sfuLeaseMs = 1_250;
/**
 * How often the operator looks for registrations that ran out. With the lease, and with the time in which it asks such an SFU whether it is
 * there, that is less than 2 s.
 */
export const sfuLookMs = 250;

/** How well media arrives in a room, from 0 to 100: the mean of mediasoup's scores of its streams. */
export const QualityScore = z.coerce.number().min(0).max(100);
/** How often an SFU says how its rooms fare, and how long that holds. */
export const qualityPeriodMs = 5_000;
export const qualityLeaseMs = 15_000;

/** How those of a room's people fare who are connected to one replica, by their reports. Scores are hundredths from 100 to 500, where more is better. */
export const CallQuality = z.object({
  /** Whose reports it rests on, not older than `callQualityLeaseMs` or twice the time after which the next one is due. */
  people: z.int().min(1),
  /** The mean MOS of what they hear (ITU-T G.107), and the mean score of what they see; absent where they hear or see nothing. */
  audioMos: z.int().min(100).max(500).optional(),
  videoScore: z.int().min(100).max(500).optional(),
  /** How many of them fare badly, by what is likely to be the cause on their side of the SFU. */
  poor: z.object({
    /** Their own line loses or delays both what they send and what they receive, or has no bandwidth left. */
    network: z.int().min(0),
    /** Their media go through a relay. */
    relay: z.int().min(0),
    /** Their device does not keep up. */
    device: z.int().min(0),
    /** None of these: what they are sent is bad, and their line is not known to be. */
    unknown: z.int().min(0),
  }),
});
export type CallQuality = z.infer<typeof CallQuality>;
/** How long what a replica says of a room holds. It is said every `qualityPeriodMs` at the most. */
export const callQualityLeaseMs = 30_000;

export const redisKeys = {
  /** JSON of a `Placement`; writer: operator. */
  placement: (room: RoomKey) => `parley:{${room}}:placement`,
  /**
   * Exists once the operator has written the placement of every Room since Redis was last empty; writer: operator.
   * Without it, a placement that is missing says nothing.
   */
  placementsComplete: 'parley:placements-complete',
  /** Hash of participant id to JSON; writer: signaling. `HLEN` is the number of participants. */
  participants: (room: RoomKey) => `parley:{${room}}:participants`,
  /** Hash of participant id to the generation of the room's media that they were given last, if not that of the main SFU; writer: signaling. */
  links: (room: RoomKey) => `parley:{${room}}:links`,
  /** Hash of signaling's other facts about a room: `uid`, `seq`, `at`, `generation`, `carrier`, `branches`, `former`, `locked`, `owed`, `chatSeq`, `chatAt`; writer: signaling. */
  room: (room: RoomKey) => `parley:{${room}}:room`,
  /** Hash of participant id to whether and where it is connected; writer: signaling. */
  connections: (room: RoomKey) => `parley:{${room}}:connections`,
  /** Hash of producer id to JSON; writer: signaling. */
  producers: (room: RoomKey) => `parley:{${room}}:producers`,
  /** Hash of `participant id:source`, and `:former` behind it for media that the room moves from, to producer id; writer: signaling. */
  sources: (room: RoomKey) => `parley:{${room}}:sources`,
  /** Set of the participants who still need the media that the room moves from; writer: signaling. */
  moving: (room: RoomKey) => `parley:{${room}}:moving`,
  /** Hash: how many more may join at once, and how many wait; gone when nobody does; writer: signaling. */
  joins: (room: RoomKey) => `parley:{${room}}:joins`,
  /** Stream of the room's latest changes, by `<seq>-<at>`: the JSON of each `RoomEvent`; writer: signaling. */
  log: (room: RoomKey) => `parley:{${room}}:log`,
  /** Stream of what was written in the room, by `<seq>-<at>`: the JSON of each `ChatMessage`; writer: signaling. */
  chat: (room: RoomKey) => `parley:{${room}}:chat`,
  /** Sorted set of the ids of these messages and of some before them, by number; writer: signaling. */
  chatIds: (room: RoomKey) => `parley:{${room}}:chat:ids`,
  /** Sorted set of who wrote of late, by when they have their whole `chatRate` again, in ms; writer: signaling. */
  chatPace: (room: RoomKey) => `parley:{${room}}:chat:pace`,
  /** Sorted set of who reacted or sent signals of late, by when they have their whole rate again, in ms; writer: signaling. */
  pace: (room: RoomKey) => `parley:{${room}}:pace`,
  /** Hash of who is shut out of the room's meeting: each ban's JSON, and by what they are known; writer: signaling. */
  bans: (room: RoomKey) => `parley:{${room}}:bans`,
  /** Hash of what the room's SFU is still to be told (`pause:`, `close:`, `leave:` and ids) to a number; writer: signaling. */
  outstanding: (room: RoomKey) => `parley:{${room}}:outstanding`,
  /** Hash of participant id to why they may not resume: `removed`, `banned` or `room_ended`; gone an hour after the last one; writer: signaling. */
  sentAway: (room: RoomKey) => `parley:{${room}}:sent-away`,
  /** Hash of lobby id to JSON of who waits there; writer: signaling. */
  lobby: (room: RoomKey) => `parley:{${room}}:lobby`,
  /** Hash of a lobby's other facts: `uid`, `seq`, and who was let in or turned away; writer: signaling. */
  lobbyBook: (room: RoomKey) => `parley:{${room}}:lobby:book`,
  /** Sorted set of the rooms in whose lobbies somebody may wait, by when one last came, in ms; writer: signaling. */
  lobbies: 'parley:lobbies',
  /** Sorted set of the rooms that may have participants, by the time of their last join; writer: signaling. */
  activeRooms: 'parley:rooms',
  /** Sorted set of the signaling replicas that live, by the end of their lease; writer: each replica. */
  replicas: 'parley:replicas',
  /** Sorted set of those among them that hear what others say, by the end of their lease; writer: each replica. */
  hearingReplicas: 'parley:replicas:hearing',
  /** Which replica looks for participants of dead replicas; writer: that replica. */
  sweeper: 'parley:sweeper',
  /** Stream of what a receiver of webhooks is still to be told of the room; writer: signaling. */
  outbox: (room: RoomKey, receiver: string) => `parley:{${room}}:outbox:${receiver}`,
  /** Hash of receiver to how much went from its full outbox since that was last counted; writer: signaling. */
  outboxLost: (room: RoomKey) => `parley:{${room}}:outbox-lost`,
  /** Sorted set of the rooms in whose outboxes something may stand, by when that was last written, in ms; writer: signaling. */
  outboxes: 'parley:outboxes',
  /** Which replica of signaling delivers webhooks; writer: that replica. */
  webhooks: 'parley:webhooks',
  /** JSON of an `SfuRegistration`; writer: that SFU. */
  sfu: (pod: string) => `parley:sfu:${pod}`,
  /** Hash of room uid to `QualityScore`, for rooms with media; writer: that SFU. */
  quality: (pod: string) => `parley:sfu:${pod}:quality`,
  /** Hash of room uid to JSON of its `CallQuality`, for rooms whose people report; writer: that replica of signaling. */
  callQuality: (replica: string) => `parley:replica:${replica}:quality`,
} as const;

/** Pub/sub channels. A message may be lost: it only wakes readers of the keys above up, who also look by themselves. */
export const redisChannels = {
  /** Message: the `RoomKey` whose placement changed. Publisher: operator. */
  placements: 'parley:placements',
  /** Message: the `RoomKey` whose number of participants changed. Publisher: signaling. */
  participants: 'parley:participants',
  /** Message: the name of the pod whose SFU came, went or began to drain. Publisher: that SFU. */
  sfus: 'parley:sfus',
  /** Message: the `RoomUid` whose router died with its worker, while its SFU lives on. Publisher: that SFU. */
  routersLost: 'parley:routers-lost',
  /**
   * Message: JSON of a `SpeakersOf`, when it changed or `speakersRepeatMs` after it was last said. It stands nowhere else: who
   * misses one hears the next. Publisher: each SFU that carries the room.
   */
  speakers: (room: RoomUid) => `parley:speakers:${room}`,
  /**
   * Message: JSON of a `NetworksOf`, when it changed or `networksRepeatMs` after it was last said, as with `speakers`. Publisher: each replica of
   * signaling with people in the room who are named.
   */
  networks: (room: RoomUid) => `parley:networks:${room}`,
  /** Message: a number, by which a replica of signaling finds out whether it hears anything. Publisher: that replica. */
  canary: (replica: string) => `parley:canary:${replica}`,
} as const;
