/**
 * The SFU's control API: HTTP and JSON, called by signaling and the operator with `Authorization: Bearer <token>`.
 * Callers choose the ids of what they make, so a repeated call changes nothing and answers the same. A refusal is
 * `{"error": Refusal}` with the status of its code.
 */
import { z } from 'zod';
import { LoudestMicrophones, SfuPlace } from './cluster.ts';
import { Refusal } from './errors.ts';
import {
  ConsumerId,
  MediaGeneration,
  MediaLossId,
  ParticipantId,
  ProducerId,
  RoomUid,
  SfuInstance,
  TransportId,
} from './ids.ts';
import { LayersWanted, LayersWantedOf, PreferredLayer } from './layers.ts';
import {
  DtlsParameters,
  IceCandidate,
  IceParameters,
  MediaKind,
  MediaSource,
  RtpCapabilities,
  RtpParameters,
} from './media.ts';
import { meshApi } from './mesh.ts';
import { ConsumerOptions, TransportOptions } from './signaling.ts';

export const RoomPath = z.object({ room: RoomUid });
export const ParticipantPath = RoomPath.extend({ participant: ParticipantId });
export const TransportPath = ParticipantPath.extend({ transport: TransportId });
export const ProducerPath = ParticipantPath.extend({ producer: ProducerId });

/** A producer that another SFU of the room carries. */
export const RemoteProducer = z.object({
  producerId: ProducerId,
  participant: ParticipantId,
  source: MediaSource,
  /** That of the room's media there. */
  generation: MediaGeneration,
  sfu: SfuPlace,
});
export type RemoteProducer = z.infer<typeof RemoteProducer>;

const room = '/v1/rooms/:room';
const participant = `${room}/participants/:participant`;

const empty = z.object({});
/** Producers of whom others watch more or less than any answer said so far, whoever was answered. Older SFUs say nothing of it. */
const wanted = { wanted: z.array(LayersWantedOf).default([]) };
const onlyWanted = z.object(wanted);
const batch = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(64);

/** Every call of the control API. Paths are Fastify's; parameters are validated by `params`. */
export const controlApi = {
  /** Makes the room's media unless it is there. */
  openRoom: {
    method: 'PUT',
    path: room,
    params: RoomPath,
    body: z.object({
      /**
       * How many microphones are heard at a time, the loudest; 0: all. Between 0 and more it does not change while the room is open.
       * Absent: as it is. Older SFUs pass it over.
       */
      loudest: LoudestMicrophones.optional(),
    }),
    response: z.object({
      generation: MediaGeneration,
      rtpCapabilities: RtpCapabilities,
      /** Who lost all that they had with a worker, while the room lived on, and has not opened a transport since. */
      lost: z.array(z.object({ participant: ParticipantId, loss: MediaLossId })).default([]),
    }),
  },
  /** Whether the room's router is there. */
  showRoom: {
    method: 'GET',
    path: room,
    params: RoomPath,
    body: empty,
    response: z.object({ generation: MediaGeneration, participants: z.int() }),
  },
  /** Ends the room's media, if there is any. */
  closeRoom: {
    method: 'DELETE',
    path: room,
    params: RoomPath,
    /** `generation`: this one alone, and not what was opened after it. */
    body: z.object({ generation: MediaGeneration.optional() }),
    response: empty,
  },
  /** Closes everything that the participant has, if there is anything. */
  closeParticipant: {
    method: 'DELETE',
    path: participant,
    params: ParticipantPath,
    body: empty,
    response: onlyWanted,
  },
  openTransport: {
    method: 'PUT',
    path: `${participant}/transports/:transport`,
    params: TransportPath,
    body: z.object({
      direction: z.enum(['send', 'receive']),
      /** How fast one begins to send to the participant, in bit/s, if that is known: see `bandwidth`. Older SFUs pass it over. */
      initialOutgoingBitrate: z.number().min(0).optional(),
    }),
    response: TransportOptions,
  },
  /** What the participant's network can take. Older SFUs do not know this call. */
  bandwidth: {
    method: 'GET',
    path: `${participant}/bandwidth`,
    params: ParticipantPath,
    body: empty,
    /** In bit/s, as this SFU estimates it; undefined before it sent pictures. */
    response: z.object({ outgoingBitrate: z.number().min(0).optional() }),
  },
  connectTransport: {
    method: 'POST',
    path: `${participant}/transports/:transport/connect`,
    params: TransportPath,
    body: z.object({ dtlsParameters: DtlsParameters }),
    response: empty,
  },
  restartIce: {
    method: 'POST',
    path: `${participant}/transports/:transport/restart-ice`,
    params: TransportPath,
    body: empty,
    response: z.object({ iceParameters: IceParameters }),
  },
  /** Publishes on the participant's send transport. */
  openProducer: {
    method: 'PUT',
    path: `${participant}/producers/:producer`,
    params: ProducerPath,
    body: z.object({
      kind: MediaKind,
      source: MediaSource,
      rtpParameters: RtpParameters,
      paused: z.boolean(),
    }),
    response: onlyWanted,
  },
  pauseProducer: {
    method: 'POST',
    path: `${participant}/producers/:producer/pause`,
    params: ProducerPath,
    body: z.object({ paused: z.boolean() }),
    response: empty,
  },
  closeProducer: {
    method: 'DELETE',
    path: `${participant}/producers/:producer`,
    params: ProducerPath,
    body: empty,
    response: empty,
  },
  /** Makes paused consumers on the participant's receive transport, one per producer. */
  openConsumers: {
    method: 'POST',
    path: `${participant}/consumers`,
    params: ParticipantPath,
    body: z.object({
      producerIds: batch(ProducerId),
      rtpCapabilities: RtpCapabilities,
      /** Where those of them are that another SFU of the room carries. */
      elsewhere: z.array(RemoteProducer).max(64).optional(),
    }),
    response: z.object({
      consumers: z.array(ConsumerOptions),
      refused: z.array(z.object({ producerId: ProducerId, error: Refusal })),
      ...wanted,
    }),
  },
  pauseConsumers: {
    method: 'POST',
    path: `${participant}/consumers/pause`,
    params: ParticipantPath,
    body: z.object({ consumerIds: batch(ConsumerId), paused: z.boolean() }),
    response: onlyWanted,
  },
  /** The largest pictures that are wanted of consumers. Those that are gone are passed over. */
  setLayers: {
    method: 'POST',
    path: `${participant}/consumers/layers`,
    params: ParticipantPath,
    body: z.object({ consumers: batch(PreferredLayer) }),
    response: onlyWanted,
  },
  /** What others watch of the participant's producers. */
  wantedLayers: {
    method: 'GET',
    path: `${participant}/layers`,
    params: ParticipantPath,
    body: empty,
    response: z.object({ producers: z.array(LayersWanted) }),
  },
  closeConsumers: {
    method: 'POST',
    path: `${participant}/consumers/close`,
    params: ParticipantPath,
    body: z.object({ consumerIds: batch(ConsumerId) }),
    response: onlyWanted,
  },
  ...meshApi,
  /** What this SFU is and carries, for people who look for a fault. */
  describe: {
    method: 'GET',
    path: '/v1/sfu',
    params: empty,
    body: empty,
    response: z.object({
      instance: SfuInstance,
      workers: z.array(
        z.object({
          pid: z.int(),
          port: z.int(),
          address: z.string(),
          candidates: z.array(IceCandidate).optional(),
        }),
      ),
      rooms: z.array(
        z.object({
          room: RoomUid,
          generation: MediaGeneration,
          participants: z.int(),
          producers: z.int(),
          consumers: z.int(),
          /** Its routers, by the port of the worker. */
          routers: z.array(z.object({ port: z.int(), participants: z.int() })).default([]),
          /** Producers that are sent on to a further router, each router counted. */
          pipes: z.int().default(0),
          /** How many microphones are heard at a time; 0: all. */
          loudest: z.int().default(0),
          /** Producers that come from other SFUs, and that are sent to them, each router counted. */
          incomingPipes: z.int().default(0),
          outgoingPipes: z.int().default(0),
        }),
      ),
      /** The SFUs that it receives from: how many tracks, and whether they cannot be reached. */
      peers: z.array(z.object({ instance: SfuInstance, pipes: z.int(), cutOff: z.boolean() })).default([]),
    }),
  },
} as const;

export type ControlCall = keyof typeof controlApi;
export type ControlParams<C extends ControlCall> = z.output<(typeof controlApi)[C]['params']>;
export type ControlBody<C extends ControlCall> = z.output<(typeof controlApi)[C]['body']>;
export type ControlResponse<C extends ControlCall> = z.output<(typeof controlApi)[C]['response']>;
