import type { CallSnapshot, RemoteParticipant } from '@parley/client';
import type { MediaSource, Moderation, ParticipantId, Role } from '@parley/protocol';

type Self = CallSnapshot['self'];

/** Something that a moderator may do to one person. `confirm`: asks first, in these words. */
export interface PersonAction {
  label: string;
  moderation: Moderation;
  confirm?: { title: string; text: string; button: string };
}

const roleNames: Record<Role, string> = {
  owner: 'owner',
  moderator: 'moderator',
  speaker: 'speaker',
  viewer: 'viewer',
};

/** What one may do to another; nothing for those who may not moderate. The server has the last word. */
export function actionsOn(self: Self, person: RemoteParticipant): PersonAction[] {
  if (!self?.rights.moderate) return [];
  const owner = self.role === 'owner';
  return [
    ...mutes(person),
    ...(owner || person.role !== 'owner' ? [...roles(owner, person), removal(person)] : []),
  ];
}

function mutes({ id: participantId, media }: RemoteParticipant): PersonAction[] {
  const flows = (source: MediaSource) => media[source]?.paused === false;
  const action = (label: string, ...sources: MediaSource[]): PersonAction[] =>
    sources.some(flows) ? [{ label, moderation: { action: 'mute', participantId, sources } }] : [];
  return [
    ...action('Mute', 'microphone'),
    ...action('Turn off camera', 'camera'),
    ...action('Stop screen sharing', 'screen', 'screen-audio'),
  ];
}

function roles(byOwner: boolean, { id: participantId, role: current }: RemoteParticipant): PersonAction[] {
  const offered: Role[] = byOwner
    ? ['owner', 'moderator', 'speaker', 'viewer']
    : ['moderator', 'speaker', 'viewer'];
  return offered
    .filter(role => role !== current)
    .map(role => ({
      label: `Make ${roleNames[role]}`,
      moderation: { action: 'setRole', participantId, role },
    }));
}

function removal({ id: participantId, displayName }: RemoteParticipant): PersonAction {
  return {
    label: 'Remove from meeting…',
    moderation: { action: 'remove', participantId },
    confirm: {
      title: `Remove ${displayName}?`,
      text: 'They leave the meeting at once. To keep them out, lock the meeting as well.',
      button: 'Remove',
    },
  };
}

/** What a person is told whom a moderator muted; `by` is the moderator's name, if it is known. */
export function mutedText(source: MediaSource, by: string | undefined): string {
  const who = by ?? 'A host';
  switch (source) {
    case 'microphone':
      return `${who} muted you. You can unmute yourself when you want to speak.`;
    case 'camera':
      return `${who} turned off your camera. You can turn it on again.`;
    case 'screen':
    case 'screen-audio':
      return `${who} stopped your screen sharing. You can share again.`;
  }
}

/** The other whose tile it is; undefined for one's own. */
export function otherOf({ participants }: Pick<CallSnapshot, 'participants'>, id: ParticipantId) {
  return participants.find(participant => participant.id === id);
}
