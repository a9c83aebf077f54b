import { z } from 'zod';
import { Schedule } from './schedule.ts';
import { Conditions, ObjectMeta, text, withRule } from './schema.ts';

const RoomMedia = withRule(
  z.object({
    audio: z.boolean().default(true).describe('Participants may send sound.'),
    video: z.boolean().default(true).describe('Participants may send their camera.'),
    screen: z.boolean().default(true).describe('Participants may share their screen.'),
    loudest: z
      .int()
      .min(0)
      .max(16)
      .default(0)
      .describe(
        'How many microphones are heard at a time, the loudest, as in a large room where few speak; 0: all. The sound of screens is heard besides. From 0 to another number, or back, takes effect when the room is next opened: when everybody has left it, or it moves.',
      ),
  }),
  {
    cel: '!(has(self.audio) && !self.audio && has(self.video) && !self.video && has(self.screen) && !self.screen)',
    message: 'a room has to allow audio, video or screen',
    holds: media => media.audio || media.video || media.screen,
  },
).describe('What may be sent in the room.');

const score = z.int().min(100).max(500);

const QualityObjective = z
  .object({
    audioMos: score
      .default(350)
      .describe('The mean opinion score (MOS) of what people hear, in hundredths: 350 is 3.5.'),
    videoScore: score
      .default(300)
      .describe('The score of what people see, from 100 to 500 like a MOS in hundredths.'),
  })
  .describe(
    'How good calls in the room have to be, on the mean of those in it, for its condition QualityMet.',
  );

const RoomSpecFields = z
  .object({
    displayName: text(100)
      .optional()
      .describe('What people see as the name of the meeting. Default: metadata.name.'),
    pool: text(63, 1).default('default').describe('The MediaPool that carries the room.'),
    maxParticipants: z
      .int()
      .min(2)
      .max(1000)
      .optional()
      .describe('How many people may be in the room at once. Default: 50, or 2 with topology P2P.'),
    topology: z
      .enum(['Auto', 'P2P', 'SFU'])
      .default('Auto')
      .describe(
        'How media travels. Auto: through the SFU, but directly between two who are alone in the room, where their networks allow it; they learn the IP addresses of each other then. P2P: as Auto, for two people at most. SFU: always through the SFU, and no files from one person to another. A change is for those who join from then on.',
      ),
    access: z
      .enum(['Open', 'Token'])
      .default('Open')
      .describe(
        'Open: whoever knows the name may join. Token: a token is needed, of the REST API or of the OpenID Connect issuer that signaling trusts.',
      ),
    lobby: z
      .boolean()
      .default(false)
      .describe(
        'Who comes waits until somebody lets them in who may moderate, by a token that makes them a moderator or an owner. These do not wait.',
      ),
    media: RoomMedia.prefault({}),
    sfu: z
      .enum(['Shared', 'Dedicated'])
      .default('Shared')
      .describe('Dedicated: an SFU pod of the pool carries this room and no other.'),
    relay: z
      .enum(['Shared', 'Dedicated'])
      .default('Shared')
      .describe('Dedicated: the room gets a relay of its own.'),
    qualityObjective: QualityObjective.prefault({}),
    suspended: z
      .boolean()
      .default(false)
      .describe('Closes the room until it is false again: who is in leaves, and its place is given away.'),
    schedule: Schedule.optional().describe('When the room is open. Default: always.'),
    idleTimeToLiveSeconds: z
      .int()
      .min(60)
      .max(31_536_000)
      .optional()
      .describe('Delete the Room once nobody has been in it for so many seconds. Default: never.'),
  })
  .describe('What the room should be.');

/** What its user wants a room to be. */
export const RoomSpec = withRule(RoomSpecFields, {
  cel: "!(has(self.topology) && self.topology == 'P2P' && has(self.maxParticipants) && self.maxParticipants > 2)",
  message: 'with topology P2P, maxParticipants must not be greater than 2',
  holds: ({ topology, maxParticipants = 2 }) => topology !== 'P2P' || maxParticipants <= 2,
});
export type RoomSpec = z.infer<typeof RoomSpec>;

/** How many people may be in a room at once. */
export function capacityOf({
  topology,
  maxParticipants = topology === 'P2P' ? 2 : 50,
}: Pick<RoomSpec, 'topology' | 'maxParticipants'>): number {
  return maxParticipants;
}

export const roomPhases = [
  'Pending',
  'Scheduled',
  'Ready',
  'Suspended',
  'Closed',
  'Rejected',
  'Ending',
] as const;

/** What the operator knows of a room. */
export const RoomStatus = z
  .object({
    observedGeneration: z.int().optional().describe('The metadata.generation that this status speaks of.'),
    conditions: Conditions.default([]).describe(
      'Accepted: the spec is possible. Ready: the room can be joined. QualityMet: calls are as good as `spec.qualityObjective` says. Degraded: it can be joined, but something is missing, or calls are poor.',
    ),
    phase: z.enum(roomPhases).optional().describe('The conditions in one word.'),
    participants: z.int().min(0).default(0).describe('How many people are in the room.'),
    sfus: z
      .array(z.object({ pod: z.string().describe('Name of the SFU pod.') }))
      .default([])
      .describe('The SFU pods that serve the room, the main one first.'),
    movingFrom: z
      .string()
      .optional()
      .describe('The SFU pod that people of the room are leaving: media still flows through it, too.'),
    movingSince: z.iso.datetime().optional().describe('Since when it is leaving it.'),
    joinUrl: z.string().optional().describe('Where people join.'),
    quality: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .describe('How well media arrives, in per cent: the mean score of its streams. Absent without media.'),
    audioMos: score
      .optional()
      .describe('The mean opinion score of what people in the room hear, in hundredths, by their reports.'),
    videoScore: score
      .optional()
      .describe('The score of what people in the room see, like a MOS in hundredths, by their reports.'),
    poorParticipants: z
      .int()
      .min(0)
      .optional()
      .describe('How many of those who report fare badly. Absent where nobody reports.'),
    opensAt: z.iso.datetime().optional().describe('When the room opens next, if it is scheduled.'),
    closesAt: z.iso.datetime().optional().describe('When the room closes, if it is open and scheduled.'),
    idleSince: z.iso.datetime().optional().describe('Since when nobody has been in the room.'),
  })
  .describe('What the room is. Written by the operator.');
export type RoomStatus = z.infer<typeof RoomStatus>;

/**
 * A Room as the API server gives it: its spec is kept unparsed, since a server without CEL, or an older schema, lets
 * specs through that `RoomSpec` refuses.
 */
export const Room = z.object({
  metadata: ObjectMeta.extend({ namespace: z.string() }),
  spec: z.unknown(),
  status: RoomStatus.prefault({}).catch({ conditions: [], participants: 0, sfus: [] }),
});
export type Room = z.infer<typeof Room>;

/** Condition types of a Room. */
export const roomConditions = {
  accepted: 'Accepted',
  ready: 'Ready',
  qualityMet: 'QualityMet',
  degraded: 'Degraded',
} as const;
