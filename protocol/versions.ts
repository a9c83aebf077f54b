/** The versions of the protocol, and all that they differ in. */
import { z } from 'zod';
import type { Refusal, RefusalCode } from './errors.ts';
import type { Goodbye, Handshake, Producer, RequestName, RoomEvent, RoomSnapshot } from './signaling.ts';

/** The newest version, which `signaling.ts` describes. */
export const protocolVersion = 2;

/** Its newest revision. */
export const protocolRevision = 5;

/** The oldest version that a server still speaks. */
export const oldestVersion = 1;

/**
 * What a client can hear. Versions 1 and 2 have the same requests but for `sync` and those about chat and moderation, and hear the
 * same but for what stands below.
 * A version's revision counts what was added to it; version 1 got `room_closed` with revision 1, version 2 moves and partial losses with revision 1,
 * with revision 2 what is watched of a producer, with revision 3 rooms that several SFUs carry, and who speaks, with revision 4 reports of
 * how calls go, which the server asks for in its `welcome`, and with revision 5 raised hands, reactions, asks, bans, signals between two, and
 * whose network is bad.
 */
export type Dialect = Pick<Handshake, 'version' | 'revision'>;

interface Addition<T> {
  since: Dialect;
  /** What those hear instead who do not know it. */
  before: T;
}

const interaction: Dialect = { version: 2, revision: 5 };

const refusals: { [C in RefusalCode]?: Addition<RefusalCode> } = {
  room_closed: { since: { version: 1, revision: 1 }, before: 'room_rejected' },
  in_lobby: { since: { version: 2, revision: 0 }, before: 'room_rejected' },
  turned_away: { since: { version: 2, revision: 0 }, before: 'room_rejected' },
  room_locked: { since: { version: 2, revision: 0 }, before: 'room_rejected' },
  removed: { since: { version: 2, revision: 0 }, before: 'room_ended' },
  banned: { since: interaction, before: 'removed' },
  busy: { since: { version: 2, revision: 0 }, before: 'unavailable' },
};

const goodbyes: { [R in Goodbye['reason']]?: Addition<Goodbye['reason']> } = {
  room_closed: { since: { version: 1, revision: 1 }, before: 'room_ended' },
  removed: { since: { version: 2, revision: 0 }, before: 'room_ended' },
  banned: { since: interaction, before: 'removed' },
  // Nobody of version 1 waits in a lobby, where these are said.
  turned_away: { since: { version: 2, revision: 0 }, before: 'room_ended' },
  room_locked: { since: { version: 2, revision: 0 }, before: 'room_ended' },
};

/** What a server says, beside a refusal of code `unsupported_version`, of the versions that it speaks. */
export const ServedVersions = z.object({ served: z.object({ version: z.int(), oldestVersion: z.int() }) });
export type ServedVersions = z.infer<typeof ServedVersions>;

/** Whether a server that refused this client's version is an older one. Those of version 1 do not say what they speak. */
export function isOlderServer(refused: unknown): boolean {
  const { data } = ServedVersions.safeParse(refused);
  return (data?.served.version ?? 1) < protocolVersion;
}

/** Whether a server speaks this version. */
export function isSpoken(version: number): boolean {
  return version >= oldestVersion && version <= protocolVersion;
}

/** From when on there are requests that were added to version 2. */
const requestsSince: { [N in RequestName]?: Dialect } = {
  reportQuality: { version: 2, revision: 4 },
  reportJoin: { version: 2, revision: 4 },
  raiseHand: interaction,
  react: interaction,
  bans: interaction,
  signal: interaction,
};

/** Whether there is such a request for this client. Version 2 has `sync` in place of `snapshot`. */
export function mayAsk(dialect: Dialect, name: RequestName): boolean {
  if (name === 'snapshot') return !knows(dialect, { version: 2, revision: 0 });
  const since = requestsSince[name];
  return since === undefined || knows(dialect, since);
}

/** Whether a client expects a `welcome`. */
export function hearsWelcome(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 0 });
}

/** Whether a client is told what people write. */
export function hearsChat(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 0 });
}

/** Whether a client knows that its own media may be lost while the room's lives on. */
export function hearsLosses(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 1 });
}

/** Whether a client can be in the middle of a move of the room's media. */
export function hearsMoves(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 1 });
}

/** Whether a client that publishes is told what others watch of it. */
export function hearsLayersWanted(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 2 });
}

/** Whether a client can be on any of several SFUs that carry a room. Others are always on its main one. */
export function hearsBranches(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 3 });
}

/** Whether a client is told who speaks. */
export function hearsSpeakers(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 3 });
}

/** Whether a client can say how its call goes. */
export function knowsReports(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 4 });
}

/** Whether a client is told whose network is bad. */
export function hearsNetworks(dialect: Dialect): boolean {
  return knows(dialect, interaction);
}

/** Whether a client knows raised hands, reactions, asks, bans and signals. */
export function hearsInteraction(dialect: Dialect): boolean {
  return knows(dialect, interaction);
}

const moves: readonly RoomEvent['type'][] = ['mediaMoved', 'moveFinished', 'mediaLost', 'mediaBranches'];

/** Whether an event is one of those about the room's media that only some clients know. */
export function isMove(event: RoomEvent): boolean {
  return moves.includes(event.type);
}

/** Types of room events that version 1 has no words for. */
const sinceVersion2: readonly RoomEvent['type'][] = ['participantRole', 'roomLocked', 'mediaLost'];

/** The dialects in which some events are said otherwise, from the oldest on. */
export const olderDialects = [
  { version: 1, revision: 0 },
  { version: 2, revision: 0 },
  { version: 2, revision: 1 },
  { version: 2, revision: 3 },
] as const satisfies Dialect[];

/** Which of `olderDialects` a client hears events in; undefined for one that knows them all. */
export function olderDialectOf(dialect: Dialect): (typeof olderDialects)[number] | undefined {
  if (hearsInteraction(dialect)) return undefined;
  return olderDialects.findLast(older => knows(dialect, older));
}

/** The event in words that the client knows; nothing where there are none, which it takes for a gap. */
export function eventFor(dialect: Dialect, event: RoomEvent): RoomEvent | undefined {
  if (event.type === 'handRaised') return hearsInteraction(dialect) ? event : undefined;
  if (hearsBranches(dialect)) return event;
  if (isAmongSeveral(event)) return undefined;
  if (hearsMoves(dialect)) {
    return event.type === 'producerAdded' ? { ...event, producer: ofMain(event.producer) } : event;
  }
  if (dialect.version < 2 && sinceVersion2.includes(event.type)) return undefined;
  if (event.type === 'moveFinished') return undefined;
  // What they do not know is a gap to them; where it is about themselves, they hear `media_lost` when they ask.
  if (event.type !== 'mediaMoved') return event;
  const { from: _from, main: _main, branches: _branches, ...rest } = event;
  return { ...rest, type: 'mediaReset' };
}

/** Whether it is about media of one SFU of several, which those do not tell apart who take it that there is one. */
function isAmongSeveral(event: RoomEvent): boolean {
  switch (event.type) {
    case 'mediaBranches':
      return true;
    case 'mediaLost':
      return event.several === true;
    case 'mediaMoved':
      return event.main !== undefined || (event.branches ?? []).length > 0;
    default:
      return false;
  }
}

/** The producer as one of the room's media, for those who take it that there is one SFU. */
function ofMain({ generation: _, ...producer }: Producer): Producer {
  return producer;
}

/**
 * The state as a client knows it: without media that the room moves from, where it cannot have that, and all on one SFU if it knows of
 * no more.
 */
export function snapshotFor(dialect: Dialect, snapshot: RoomSnapshot): RoomSnapshot {
  const { former, branches = [], participants, ...rest } = snapshot;
  if (hearsBranches(dialect)) return snapshot;
  const several = branches.length > 0;
  if (!several && (hearsMoves(dialect) || former === undefined)) return snapshot;
  return {
    ...rest,
    participants: participants.map(one => {
      const producers = one.producers.filter(
        ({ generation }) => former === undefined || generation !== former,
      );
      return { ...one, producers: several ? producers.map(ofMain) : producers };
    }),
  };
}

/** Whether a client can wait in a lobby, and is told who else does. */
export function hearsLobby(dialect: Dialect): boolean {
  return knows(dialect, { version: 2, revision: 0 });
}

/** The refusal in words that the client knows. */
export function refusalFor(dialect: Dialect, refusal: Refusal): Refusal {
  return { ...refusal, code: translate(dialect, refusal.code, refusals) };
}

/** The goodbye in words that the client knows. */
export function goodbyeFor(dialect: Dialect, goodbye: Goodbye): Goodbye {
  return { ...goodbye, reason: translate(dialect, goodbye.reason, goodbyes) };
}

/** The newest word that the client knows, from one on to what was said before there was it. */
function translate<T extends string>(
  dialect: Dialect,
  word: T,
  additions: { readonly [W in T]?: Addition<T> },
): T {
  const addition: Addition<T> | undefined = additions[word];
  return addition && !knows(dialect, addition.since) ? translate(dialect, addition.before, additions) : word;
}

function knows(dialect: Dialect, since: Dialect): boolean {
  if (dialect.version !== since.version) return dialect.version > since.version;
  return dialect.revision >= since.revision;
}
