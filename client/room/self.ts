import { type Participant, type RoomEvent, rightsOfRole } from '@parley/protocol';
import type { CallSnapshot, RemoteParticipant } from '../types.ts';

type Self = NonNullable<CallSnapshot['self']>;

/** Oneself as the room's state has one. A role that changes brings its own rights. The very same object if nothing changes. */
export function followOwn(self: Self, { role, hand: handRaisedAt }: Participant): Self {
  if (self.role === role && self.handRaisedAt === handRaisedAt) return self;
  return { ...self, role, rights: self.role === role ? self.rights : rightsOfRole[role], handRaisedAt };
}

/** Oneself after an event: by whom one was muted, or one's share was ended, if it says that. */
export function noteDecider(
  self: Self | undefined,
  participants: readonly RemoteParticipant[],
  event: RoomEvent,
): Self | undefined {
  if (!self || !('participantId' in event) || event.participantId !== self.id) return self;
  const nameOf = () =>
    'by' in event ? participants.find(({ id }) => id === event.by)?.displayName : undefined;
  if (event.type === 'producerPaused' && event.by) {
    const { mutedBy: _, ...rest } = self;
    const mutedBy = nameOf();
    return { ...rest, ...(mutedBy !== undefined && { mutedBy }) };
  }
  if (event.type === 'producerRemoved' && event.ended) {
    const { shareEndedBy: _, ...rest } = self;
    const shareEndedBy = nameOf();
    return { ...rest, ...(shareEndedBy !== undefined && { shareEndedBy }) };
  }
  return self;
}
