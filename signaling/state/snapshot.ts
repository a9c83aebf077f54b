import {
  Branches,
  FormerMedia,
  Identity,
  LobbyId,
  MediaGeneration,
  MediaLossId,
  type Participant,
  ParticipantId,
  Producer,
  Rights,
  Role,
  type RoomSnapshot,
  rightsOfRole,
} from '@parley/protocol';
import { z } from 'zod';

/** What stands in the hash of participants. A replica of before roles let people in as speakers. */
export const Person = z.object({
  id: ParticipantId,
  displayName: z.string(),
  role: Role.default('speaker'),
  identity: Identity.optional(),
  rights: Rights.default(rightsOfRole.speaker),
  /** Hash of where they came from, if that tells them from others: a ban knows them by it who come without an identity. */
  address: z.string().optional(),
  /** They know what others do besides talking and writing, and can be sent signals. */
  interacts: z.literal(true).optional(),
  /** While their hand is raised: when the change was that says so, in ms. */
  hand: z.int().optional(),
  /** By which place in the lobby they were let in. */
  lobbyId: LobbyId.optional(),
  /** The last loss of what they sent and received, while the room's media lived on. */
  loss: MediaLossId.optional(),
  /** Their media may go directly to and from another. */
  direct: z.literal(true).optional(),
  /** SHA-256 of the session secret in base64url. */
  secretHash: z.string(),
  /** The number of the change with which they came. */
  order: z.int(),
});
export type Person = z.infer<typeof Person>;
export type NewPerson = Omit<Person, 'order'>;

/** What others see of a person. */
export function toParticipant(
  { id, displayName, role, identity, loss, direct, hand }: NewPerson,
  connected: boolean,
  producers: Producer[],
): Participant {
  return {
    id,
    displayName,
    role,
    ...(identity !== undefined && { identity }),
    connected,
    producers,
    ...(loss !== undefined && { loss }),
    ...(direct && { direct }),
    ...(hand !== undefined && { hand }),
  };
}

/** What stands in the hash of producers. */
export const OwnedProducer = Producer.extend({ participantId: ParticipantId });
export type OwnedProducer = z.infer<typeof OwnedProducer>;

const Flat = z.array(z.string());

/** The answer of the scripts' `snapshot()`. */
export const RawSnapshot = z.tuple([
  z.coerce.number(),
  z.coerce.number(),
  MediaGeneration,
  Flat,
  Flat,
  Flat,
  z.int(),
  z.string(),
  z.string(),
]);

/** Every second element of a flat list of keys and values, from the first or from the second on. */
const every = (flat: string[], offset: 0 | 1) => flat.filter((_, index) => index % 2 === offset);

/** Puts a snapshot together from the room's hashes; participants stand in the order in which they came. */
export function toSnapshot(raw: z.infer<typeof RawSnapshot>): RoomSnapshot {
  const [seq, at, generation, people, connections, producers, locked, former, branches] = raw;
  const ids = every(connections, 0);
  const connected = new Set(ids.filter((_, index) => connections[index * 2 + 1]?.startsWith('up:')));
  const owned = Map.groupBy(
    every(producers, 1).map(json => OwnedProducer.parse(JSON.parse(json))),
    producer => producer.participantId,
  );
  const participants = every(people, 1)
    .map(json => Person.parse(JSON.parse(json)))
    .sort((a, b) => a.order - b.order)
    .map(person =>
      toParticipant(
        person,
        connected.has(person.id),
        (owned.get(person.id) ?? []).map(({ participantId: _, ...producer }) => producer),
      ),
    );
  return {
    seq,
    at,
    generation,
    ...(branches !== '' && { branches: Branches.parse(JSON.parse(branches)).map(each => each.generation) }),
    ...(former !== '' && { former: FormerMedia.parse(JSON.parse(former)).generation }),
    participants,
    locked: locked === 1,
  };
}
