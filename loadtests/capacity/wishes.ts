import { z } from 'zod';

const share = z.number().min(0).max(1);

/** What is to be carried at the busiest moment. */
export const Wishes = z
  .object({
    people: z.int().min(1).max(10_000_000),
    rooms: z.int().min(1).max(10_000_000),
    /** People of each room who send sound and a picture; default: all. */
    senders: z.int().min(0).optional(),
    /** Pictures that each sees at once, at most. */
    pictures: z.int().min(0).max(1_000).default(9),
    /** Sounds that each receives at once, at most: with `media.loudest` of the Room, that. */
    sounds: z.int().min(0).max(1_000).default(50),
    /** Bits per second of a picture as it is seen, and of all its layers as they are sent. */
    pictureBits: z.number().positive().default(500_000),
    sentPictureBits: z.number().positive().default(1_500_000),
    soundBits: z.number().positive().default(32_000),
    /** How many of all people need a relay. */
    relayed: share.default(0.15),
    /** How much of what a worker or replica can do is left free. */
    headroom: share.max(0.9).default(0.3),
    /** SFU pods, relays and replicas that may be gone while all is carried. */
    spares: z.int().min(0).max(100).default(1),
    /** Zones that the nodes are in; with more than one, all is carried while one of them is gone. */
    zones: z.int().min(1).max(10).default(1),
    /** How long it takes until all have come, in seconds. */
    joinSeconds: z.number().positive().default(120),
    /** Requests of each person in a minute that all in the room hear, such as chat or mute. */
    messagesPerMinute: z.number().min(0).default(2),
    /** `sfu.workers` of the MediaPool; default: as many as a node has cores, but one. */
    workersPerPod: z.int().min(1).max(64).optional(),
  })
  .refine(({ people, rooms }) => people >= rooms, {
    path: ['rooms'],
    message: 'must not be more than there are people',
  });
export type Wishes = z.infer<typeof Wishes>;
