/** What a client of version 1 (revision 1) understood, as its schemas said it when version 2 came: recorded, and never changed. */
import { z } from 'zod';

const Closure = z.object({
  reason: z.enum(['NotOpenYet', 'Closed', 'Suspended']),
  opensAt: z.iso.datetime().optional(),
});

export const RefusalV1 = z.object({
  code: z.enum([
    'bad_request',
    'too_large',
    'unsupported_version',
    'unauthenticated',
    'token_expired',
    'forbidden',
    'not_found',
    'room_not_found',
    'room_rejected',
    'room_not_ready',
    'room_full',
    'room_closed',
    'room_ended',
    'conflict',
    'not_joined',
    'session_lost',
    'media_lost',
    'rate_limited',
    'unavailable',
    'internal',
  ]),
  message: z.string(),
  path: z.string().optional(),
  closed: Closure.optional(),
});

export const GoodbyeV1 = z.object({
  reason: z.enum(['room_ended', 'room_closed', 'replaced']),
  message: z.string(),
  closed: Closure.optional(),
});

const Producer = z.object({
  id: z.uuid(),
  kind: z.enum(['audio', 'video']),
  source: z.enum(['microphone', 'camera', 'screen', 'screen-audio']),
  paused: z.boolean(),
});
const Participant = z.object({
  id: z.uuid(),
  displayName: z.string(),
  connected: z.boolean(),
  producers: z.array(Producer),
});

export const RoomSnapshotV1 = z.object({
  seq: z.int().min(0),
  generation: z.string().min(1),
  participants: z.array(Participant),
});

const seq = z.int();
const participantId = z.uuid();
const producerId = z.uuid();
export const RoomEventV1 = z.discriminatedUnion('type', [
  z.object({ type: z.literal('participantJoined'), seq, participant: Participant }),
  z.object({ type: z.literal('participantLeft'), seq, participantId }),
  z.object({ type: z.literal('participantConnection'), seq, participantId, connected: z.boolean() }),
  z.object({ type: z.literal('producerAdded'), seq, participantId, producer: Producer }),
  z.object({ type: z.literal('producerPaused'), seq, participantId, producerId, paused: z.boolean() }),
  z.object({ type: z.literal('producerRemoved'), seq, participantId, producerId }),
  z.object({ type: z.literal('mediaReset'), seq, generation: z.string().min(1) }),
]);
