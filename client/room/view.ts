import type { MediaSource, Participant, ProducerId } from '@parley/protocol';
import type { ReceivedMedia, RemoteParticipant, SentMedia } from '../types.ts';
import type { Owner } from './lookups.ts';

/** The playable track of a producer, if there is one yet. */
export type TrackOf = (producer: ProducerId) => MediaStreamTrack | undefined;

/** What a page shows of the others. Whatever is as in `before` stays the same object, up to the list itself. */
export function viewOthers(
  before: readonly RemoteParticipant[],
  others: readonly Participant[],
  trackOf: TrackOf,
  isLeftOut: (picture: Owner) => boolean = () => false,
): readonly RemoteParticipant[] {
  const known = new Map(before.map(participant => [participant.id, participant]));
  const now = others.map(participant => viewOne(known.get(participant.id), participant, trackOf, isLeftOut));
  return now.length === before.length && now.every((one, place) => one === before[place]) ? before : now;
}

function viewOne(
  before: RemoteParticipant | undefined,
  participant: Participant,
  trackOf: TrackOf,
  isLeftOut: (picture: Owner) => boolean,
): RemoteParticipant {
  const { id, displayName, role, identity, connected, hand: handRaisedAt } = participant;
  const received: Partial<Record<MediaSource, ReceivedMedia>> = {};
  for (const producer of participant.producers) {
    const { source, paused } = producer;
    const leftOut = isLeftOut({ participantId: id, source }) && ({ leftOut: true } as const);
    const one: ReceivedMedia = { track: trackOf(producer.id), paused, ...leftOut };
    const old = before?.media[source];
    received[source] = old && sameMedia(old, one) ? old : one;
  }
  const media = keepRecord(before?.media, received);
  const same =
    before?.displayName === displayName &&
    before.role === role &&
    before.identity === identity &&
    before.connected === connected &&
    before.handRaisedAt === handRaisedAt &&
    before.media === media;
  return same ? before : { id, displayName, role, identity, connected, handRaisedAt, media };
}

/** What a page shows of its own media; whatever is as in `before` stays the same object. */
export function viewSent(
  before: Partial<Record<MediaSource, SentMedia>>,
  sent: Iterable<readonly [MediaSource, SentMedia]>,
): Partial<Record<MediaSource, SentMedia>> {
  const now: Partial<Record<MediaSource, SentMedia>> = {};
  for (const [source, { track, paused }] of sent) {
    const old = before[source];
    now[source] = old && sameMedia(old, { track, paused }) ? old : { track, paused };
  }
  return keepRecord(before, now);
}

function sameMedia(one: ReceivedMedia, other: ReceivedMedia): boolean {
  return one.track === other.track && one.paused === other.paused && one.leftOut === other.leftOut;
}

/** `before` if it holds the very same values as `now`. */
function keepRecord<T extends object>(before: T | undefined, now: T): T {
  if (!before) return now;
  const entries = Object.entries(now);
  const same =
    entries.length === Object.keys(before).length &&
    entries.every(([key, value]) => before[key as keyof T] === value);
  return same ? before : now;
}
