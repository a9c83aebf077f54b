import { randomUUID } from 'node:crypto';
import {
  type Ban,
  type BanId,
  type Goodbye,
  type ParticipantId,
  type Placement,
  RefusalError,
} from '@parley/protocol';
import type { Asking } from '../state/moderated.ts';
import type { ShutOut } from '../state/room-bans.ts';
import { decided } from './decided.ts';
import { memberOf } from './member.ts';
import { nameOf, sentAway } from './sent-away.ts';
import type { Handler, Services } from './services.ts';

/** Who is shut out, for those who may moderate. */
export const bans: Handler<'bans'> = async (services, caller) => {
  const { room, id } = memberOf(caller);
  return { bans: await listBans(services, room.placement, id) };
};

/** @throws RefusalError */
export async function listBans({ state }: Services, placement: Placement, by: Asking): Promise<Ban[]> {
  return decided(await state.bans.list(placement, by));
}

/** Ends somebody's stay and shuts them out. Should this replica die on the way, the sweep does the rest. @throws RefusalError */
export async function ban(
  services: Services,
  placement: Placement,
  by: Asking,
  id: ParticipantId,
): Promise<void> {
  const { state, catchUp, dismiss } = services;
  const outcome = await state.bans.ban(placement, by, id, randomUUID() as BanId);
  const { going, sockets } = decided(outcome);
  const goodbye = await goodbyeBy(services, placement, by);
  for (const socket of sockets) dismiss(socket, goodbye);
  for (const each of going) await state.remove(placement, each, 'due');
  await catchUp.soon(placement);
}

async function goodbyeBy(services: Services, placement: Placement, by: Asking): Promise<Goodbye> {
  const name = await nameOf(services, placement, by);
  const { reason, message } = sentAway.banned;
  return { reason, message: name === undefined ? message : `${name} shut you out. ${message}` };
}

/** Lets somebody join again who was shut out. @throws RefusalError */
export async function unban({ state }: Services, placement: Placement, by: Asking, id: BanId): Promise<void> {
  decided(await state.bans.unban(placement, by, id));
}

/** What somebody hears who is shut out, or comes from where somebody did who is. */
export function shutOut(why: ShutOut): RefusalError {
  if (why === 'banned') return new RefusalError('banned', sentAway.banned.message);
  return new RefusalError(
    'banned',
    'A host shut somebody out of this meeting who uses the same internet connection. Ask a host to lift that, or for an invitation of your own.',
  );
}
