/**
 * The calls of the control API that SFUs make to each other, where several carry a room. The one that receives calls the one that
 * sends. SFUs of before do not know them, and answer `not_found` to `meetSfu` alone for that.
 */
import { z } from 'zod';
import { Refusal } from './errors.ts';
import { MediaGeneration, ProducerId, RoomUid, SfuInstance } from './ids.ts';
import { LayersWantedOf } from './layers.ts';
import { MediaKind, RtpParameters } from './media.ts';

/** A producer that one SFU sends to a router of another; the receiver chooses it. */
export const PipeId = z.uuid().brand<'PipeId'>();
export type PipeId = z.infer<typeof PipeId>;

/** The way between a router of one SFU and one of another; the sender chooses it. */
export const LinkId = z.uuid().brand<'LinkId'>();
export type LinkId = z.infer<typeof LinkId>;

/** That an SFU knows another one: lives until it has not heard of it for too long, and all pipes between them with it. */
export const AcquaintanceId = z.uuid().brand<'AcquaintanceId'>();
export type AcquaintanceId = z.infer<typeof AcquaintanceId>;

/** One end of a link. */
export const LinkEnd = z.object({
  ip: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65535),
  /** What it encrypts with. mediasoup's pipes know this suite alone, whose key and salt are 44 bytes. */
  srtpParameters: z.object({
    cryptoSuite: z.literal('AEAD_AES_256_GCM'),
    keyBase64: z.string().regex(/^[A-Za-z0-9+/]{59}=$/, 'must be the base64 of 44 bytes'),
  }),
});
export type LinkEnd = z.infer<typeof LinkEnd>;

/** Who calls. */
const receiver = z.object({ sfu: SfuInstance, acquaintance: AcquaintanceId });
/** How many layers of a picture are watched there at most, from the smallest on. */
const Layers = z.int().min(0).max(8);
const room = '/v1/rooms/:room';
const roomPath = z.object({ room: RoomUid });
/** As with `openConsumers`. */
const wanted = z.array(LayersWantedOf).default([]);
/** The caller. */
const sfuPath = z.object({ sfu: SfuInstance });

export const meshApi = {
  /** Says that the caller lives and still receives. Repeated, as long as it has pipes. */
  meetSfu: {
    method: 'PUT',
    path: '/v1/sfus/:sfu',
    params: sfuPath,
    body: z.object({
      /** Who is called: another one refuses with `media_lost`. */
      instance: SfuInstance,
      /** What the caller was answered last. */
      known: z.object({ acquaintance: AcquaintanceId, revision: z.int().min(0) }).optional(),
    }),
    response: z.object({
      acquaintance: AcquaintanceId,
      revision: z.int().min(0),
      /** What is sent to the caller; undefined if that is as it was at the known revision. */
      pipes: z.array(PipeId).optional(),
    }),
  },
  /** Sends producers to a router of the caller, once their links are connected. */
  openPipes: {
    method: 'POST',
    path: `${room}/pipes`,
    params: roomPath,
    body: z.object({
      generation: MediaGeneration,
      receiver,
      /** The router that receives. */
      router: z.uuid(),
      pipes: z
        .array(z.object({ pipe: PipeId, producerId: ProducerId, layers: Layers }))
        .min(1)
        .max(64),
    }),
    response: z.object({
      links: z.array(LinkEnd.extend({ link: LinkId })),
      opened: z.array(
        z.object({ pipe: PipeId, link: LinkId, kind: MediaKind, rtpParameters: RtpParameters }),
      ),
      refused: z.array(z.object({ pipe: PipeId, error: Refusal })),
      wanted,
    }),
  },
  /** Says where the caller's end of a link is. */
  connectLink: {
    method: 'PUT',
    path: `${room}/links/:link`,
    params: roomPath.extend({ link: LinkId }),
    body: LinkEnd.extend({ receiver }),
    response: z.object({}),
  },
  /** Says what is watched of pictures now. Those that are gone are passed over. */
  setPipeLayers: {
    method: 'POST',
    path: `${room}/pipes/layers`,
    params: roomPath,
    body: z.object({
      receiver,
      pipes: z
        .array(z.object({ pipe: PipeId, layers: Layers }))
        .min(1)
        .max(64),
    }),
    response: z.object({ wanted }),
  },
  /** Sends these no more; those that are gone are passed over. */
  closePipes: {
    method: 'POST',
    path: '/v1/sfus/:sfu/pipes/close',
    params: sfuPath,
    body: z.object({ acquaintance: AcquaintanceId, pipes: z.array(PipeId).min(1).max(64) }),
    response: z.object({}),
  },
} as const;
