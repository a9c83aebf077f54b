import type { CallSnapshot, RemoteParticipant } from '@parley/client';
import {
  type MediaSource,
  type Moderation,
  type ParticipantId,
  type Role,
  rightsOfRole,
} from '@parley/protocol';
import type { Translate } from '../i18n/i18n.ts';
import { isolated } from '../stage/isolated.ts';
import type { Question } from './Confirm.tsx';

type Self = CallSnapshot['self'];
type Words = Translate<'moderation'>;

/** Something that a moderator may do to one person. `confirm`: asks first, in these words. */
export interface PersonAction {
  label: string;
  moderation: Moderation;
  confirm?: Question;
}

/** What one may do to another; nothing for those who may not moderate. The server has the last word. */
export function actionsOn(self: Self, person: RemoteParticipant, t: Words): PersonAction[] {
  if (!self?.rights.moderate) return [];
  const owner = self.role === 'owner';
  return [
    ...handAction(person, t),
    ...mutes(person, t),
    ...asks(person, t),
    ...(owner || person.role !== 'owner' ? [...roles(owner, person, t), ...endings(person, t)] : []),
  ];
}

const flows = ({ media }: RemoteParticipant, source: MediaSource) => media[source]?.paused === false;

function handAction({ id: participantId, handRaisedAt }: RemoteParticipant, t: Words): PersonAction[] {
  if (handRaisedAt === undefined) return [];
  return [{ label: t('lowerHand'), moderation: { action: 'lowerHand', participantId } }];
}

function mutes(person: RemoteParticipant, t: Words): PersonAction[] {
  const { id: participantId } = person;
  const actions: PersonAction[] = [];
  const mute = (label: string, source: MediaSource) =>
    actions.push({ label, moderation: { action: 'mute', participantId, sources: [source] } });
  if (flows(person, 'microphone')) mute(t('mute'), 'microphone');
  if (flows(person, 'camera')) mute(t('cameraOff'), 'camera');
  if (person.media.screen || person.media['screen-audio']) {
    actions.push({ label: t('stopShare'), moderation: { action: 'stopShare', participantId } });
  }
  return actions;
}

/** What is off can only be asked for. What their token denies in particular, the server knows. */
function asks(person: RemoteParticipant, t: Words): PersonAction[] {
  const { id: participantId, role } = person;
  const ask = (label: string, source: MediaSource): PersonAction[] =>
    rightsOfRole[role].publish.includes(source) && !flows(person, source)
      ? [{ label, moderation: { action: 'askToUnmute', participantId, sources: [source] } }]
      : [];
  return [...ask(t('askToUnmute'), 'microphone'), ...ask(t('askForCamera'), 'camera')];
}

function roles(byOwner: boolean, { id, role: current }: RemoteParticipant, t: Words): PersonAction[] {
  const offered: Role[] = byOwner
    ? ['owner', 'moderator', 'speaker', 'viewer']
    : ['moderator', 'speaker', 'viewer'];
  return offered
    .filter(role => role !== current)
    .map(role => ({
      label: t(`make.${role}`),
      moderation: { action: 'setRole', participantId: id, role },
    }));
}

function endings({ id: participantId, displayName }: RemoteParticipant, t: Words): PersonAction[] {
  return (['remove', 'ban'] as const).map(action => ({
    label: t(action),
    moderation: { action, participantId },
    confirm: {
      title: t(`confirm.${action}.title`, { name: isolated(displayName) }),
      text: t(`confirm.${action}.text`),
      button: t(`confirm.${action}.button`),
    },
  }));
}

/** What mutes everybody whose microphone is on. */
export function muteAll(participants: readonly RemoteParticipant[]): Moderation[] {
  return participants
    .filter(person => flows(person, 'microphone'))
    .map(({ id }) => ({ action: 'mute', participantId: id, sources: ['microphone'] }));
}

/** What a person is told whom a moderator muted, or whose share they ended; and by whom, if that is known. */
export function mutedText(
  source: MediaSource,
  self: Pick<NonNullable<Self>, 'mutedBy' | 'shareEndedBy'> | undefined,
  t: Words,
): string {
  const by = source.startsWith('screen') ? self?.shareEndedBy : self?.mutedBy;
  const who = by === undefined ? t('aHost') : isolated(by);
  return t(`muted.${source === 'screen-audio' ? 'screen' : source}`, { who });
}

/** The other whose tile it is; undefined for one's own. */
export function otherOf({ participants }: Pick<CallSnapshot, 'participants'>, id: ParticipantId) {
  return participants.find(participant => participant.id === id);
}
