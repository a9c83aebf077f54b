import { randomUUID } from 'node:crypto';
import {
  hearsLobby,
  type Lobby,
  LobbyId,
  type ParticipantId,
  type ReadyPlacement,
  RefusalError,
  type Rights,
} from '@parley/protocol';
import { createSessionSecret, hashSecret } from '../access/secrets.ts';
import type { Caller } from '../connection/caller.ts';
import { lobbyOf, turnedAway } from '../presence/lobby-keeper.ts';
import type { RoomRef } from '../state/room-state.ts';
import { shutOut } from './bans.ts';
import { changing, full, locked } from './entry-refusals.ts';
import type { Services } from './services.ts';

/** Who wants in. */
interface Comer {
  displayName: string;
  identity: string | undefined;
  rights: Rights;
  /** What `in_lobby` told them once, if it did. */
  ticket: string | undefined;
}

/**
 * Answers if they may enter: with the place in the lobby whose ticket let them in, if one did.
 *
 * @throws RefusalError `in_lobby` if they wait from now on or still do, or why they may not even wait.
 */
export async function passLobby(
  services: Services,
  caller: Caller,
  placement: ReadyPlacement,
  comer: Comer,
): Promise<LobbyId | undefined> {
  const { state, lobby, log } = services;
  const known = lobby.of(caller);
  const held = known?.room.uid === placement.uid ? known : undefined;
  const waits = placement.lobby && !comer.rights.moderate;
  // Nobody waits in two lobbies by one connection.
  if (known && !(held && waits)) await lobby.leave(caller);
  if (!waits) return undefined;
  if (!hearsLobby(caller.dialect)) {
    throw new RefusalError(
      'in_lobby',
      'In this meeting a host lets people in, for which this page is too old. Reload it.',
    );
  }
  const { displayName, identity } = comer;
  const shown = held?.ticket ?? comer.ticket;
  const proof = readTicket(shown);
  const { secret, hash } = createSessionSecret();
  const address = caller.address && hashSecret(caller.address);
  const waiter = { id: randomUUID() as LobbyId, displayName, identity, ticketHash: hash, address };
  // Before the state knows, so that nothing that all hear who wait is missed.
  await caller.socket.join(lobbyOf(placement.uid));
  const { maxParticipants } = placement;
  const entered = await state.lobby
    .enter(placement, maxParticipants, waiter, caller.connection, proof)
    .catch(error => {
      if (!held) caller.socket.leave(lobbyOf(placement.uid));
      // Nobody knows whether it was done.
      lobby.abandon({ id: waiter.id, room: placement, caller });
      throw error;
    });
  if (entered.status === 'waiting') {
    const { id, hostPresent } = entered;
    const { key, uid } = placement;
    const ticket = shown && id === proof?.id ? shown : `${id}.${secret}`;
    lobby.hold({ id, identity, room: { key, uid }, ticket, caller, hostPresent });
    if (id === waiter.id) {
      log.info({ room: key, uid, lobbyId: id }, 'somebody waits to be let in');
    }
    throw new RefusalError('in_lobby', hostPresent ? soon : nobodyThere, { lobby: { ticket, hostPresent } });
  }
  lobby.release(caller);
  caller.socket.leave(lobbyOf(placement.uid));
  switch (entered.status) {
    case 'admitted':
      return entered.byTicket ? proof?.id : undefined;
    case 'not_placed':
      throw changing();
    case 'locked':
      throw locked();
    case 'full':
      throw full(placement);
    case 'lobby_full':
      throw new RefusalError('room_full', 'Too many people wait to be let in already. Try again later.');
    case 'banned':
    case 'address_banned':
      throw shutOut(entered.status);
    case 'turned_away':
      throw new RefusalError('turned_away', turnedAway.message);
    case 'address_turned_away':
      throw new RefusalError('turned_away', othersTurnedAway);
  }
}

/** Said to whoever comes from an address of which a host turned somebody away, be it them or another. */
const othersTurnedAway =
  'A host just turned somebody away who uses the same internet connection. Try again in a minute.';
const soon = 'A host lets you in soon.';
const nobodyThere = 'Nobody is there yet who can let you in. You wait until a host comes.';

/** Undefined for what cannot be a ticket, as for none: its bearer waits like everybody. */
function readTicket(ticket: string | undefined): { id: LobbyId; hash: string } | undefined {
  const [first, secret] = ticket?.split('.') ?? [];
  const id = LobbyId.safeParse(first);
  return id.success && secret ? { id: id.data, hash: hashSecret(secret) } : undefined;
}

/** Who waits, if the caller may hear that. */
export async function lobbyFor(
  { state }: Services,
  { dialect }: Caller,
  room: RoomRef,
  id: ParticipantId,
): Promise<{ lobby?: Lobby }> {
  const lobby = hearsLobby(dialect) ? await state.moderation.showLobby(room, id) : undefined;
  return lobby ? { lobby } : {};
}
