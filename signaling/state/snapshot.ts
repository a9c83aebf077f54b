import {
  MediaGeneration,
  type Participant,
  ParticipantId,
  Producer,
  type RoomSnapshot,
  RoomUid,
} from '@parley/protocol';
import { z } from 'zod';

/** What stands in the hash of participants. */
export const Person = z.object({
  id: ParticipantId,
  displayName: z.string(),
  /** SHA-256 of the session secret in base64url. */
  secretHash: z.string(),
  /** The number of the change with which they came. */
  order: z.int(),
});
export type Person = z.infer<typeof Person>;
export type NewPerson = Omit<Person, 'order'>;

/** What stands in the hash of producers. */
export const OwnedProducer = Producer.extend({ participantId: ParticipantId });
export type OwnedProducer = z.infer<typeof OwnedProducer>;

const Flat = z.array(z.string());

/** The answer of the scripts' `snapshot()`. */
export const RawSnapshot = z.tuple([RoomUid, z.coerce.number(), MediaGeneration, Flat, Flat, Flat]);

/** Every second element of a flat list of keys and values, from the first or from the second on. */
const every = (flat: string[], offset: 0 | 1) => flat.filter((_, index) => index % 2 === offset);

/** Puts a snapshot together from the room's hashes; participants stand in the order in which they came. */
export function toSnapshot([, seq, generation, people, connections, producers]: z.infer<
  typeof RawSnapshot
>): RoomSnapshot {
  const ids = every(connections, 0);
  const connected = new Set(ids.filter((_, index) => connections[index * 2 + 1]?.startsWith('up:')));
  const owned = Map.groupBy(
    every(producers, 1).map(json => OwnedProducer.parse(JSON.parse(json))),
    producer => producer.participantId,
  );
  const participants = every(people, 1)
    .map(json => Person.parse(JSON.parse(json)))
    .sort((a, b) => a.order - b.order)
    .map(
      (person): Participant => ({
        id: person.id,
        displayName: person.displayName,
        connected: connected.has(person.id),
        producers: (owned.get(person.id) ?? []).map(({ participantId: _, ...producer }) => producer),
      }),
    );
  return { seq, generation, participants };
}
