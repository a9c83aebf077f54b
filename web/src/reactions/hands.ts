import type { CallSnapshot } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';

/** Somebody whose hand is up. */
export interface Hand {
  id: ParticipantId;
  name: string;
  mine: boolean;
  raisedAt: number;
}

/** Whose hands are up, in the order in which they were raised. */
export function handsOf({ self, participants }: Pick<CallSnapshot, 'self' | 'participants'>): Hand[] {
  const everybody = [
    ...(self ? [{ ...self, mine: true }] : []),
    ...participants.map(one => ({ ...one, mine: false })),
  ];
  return everybody
    .flatMap(({ id, displayName, mine, handRaisedAt }) =>
      handRaisedAt === undefined ? [] : [{ id, name: displayName, mine, raisedAt: handRaisedAt }],
    )
    .sort((one, other) => one.raisedAt - other.raisedAt || (one.id < other.id ? -1 : 1));
}

/** The hands of others that have gone up since. */
export function newHands(before: readonly Hand[], now: readonly Hand[]): Hand[] {
  return now.filter(
    ({ id, mine, raisedAt }) => !mine && !before.some(one => one.id === id && one.raisedAt === raisedAt),
  );
}
