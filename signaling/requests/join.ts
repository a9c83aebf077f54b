import { randomUUID } from 'node:crypto';
import {
  type ChatPage,
  hearsBranches,
  hearsChat,
  hearsInteraction,
  type Lobby,
  type MediaSession,
  type ParticipantId,
  type ReadyPlacement,
  RefusalError,
  type Response,
  type Rights,
  RoomKey,
  type RoomSnapshot,
  rightsOf,
  roomKey,
  snapshotFor,
} from '@parley/protocol';
import { activeTrace, annotate, exemplarOf } from '@parley/telemetry';
import { createSessionSecret, hashSecret } from '../access/secrets.ts';
import type { Grant } from '../access/tokens.ts';
import type { Caller, MediaLink, Member } from '../connection/caller.ts';
import { enterChannels, enterOwnChannel, leaveChannels } from '../connection/channels.ts';
import type { NewPerson } from '../state/snapshot.ts';
import { shutOut } from './bans.ts';
import { changing, full, locked } from './entry-refusals.ts';
import { lobbyFor, passLobby } from './lobby.ts';
import type { Handler, Parsed, Services } from './services.ts';

/** How often a join starts over when the room's media changes under it. */
const attempts = 3;

/** Enters a room. Nobody sees the participant before their media is there, so a refused join leaves no ghost. */
export const join: Handler<'join'> = async (services, caller, request) => {
  if (caller.session.status !== 'new' && caller.session.status !== 'waiting') throw alreadyIn();
  caller.session = { status: 'entering' };
  // Of the room, once that is known.
  const about = { pool: '' };
  try {
    const answer = await enter(services, caller, request, about);
    services.metrics.joins.inc({ outcome: 'ok', ...about });
    return answer;
  } catch (error) {
    const code = error instanceof RefusalError ? error.code : 'internal';
    services.metrics.joins.inc({ outcome: code, ...about });
    caller.session = { status: services.lobby.of(caller) ? 'waiting' : 'new' };
    // What a person need not know, as which claim of a token is wrong.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
    // Those who wait their turn are many, and ask again; how many, the metric says.
    const level = code === 'busy' || code === 'in_lobby' ? 'debug' : 'info';
    services.log[level]({ room: request.room, code, reason }, 'join was refused');
    throw error;
  }
};

async function enter(
  services: Services,
  caller: Caller,
  request: Parsed<'join'>,
  about: { pool: string },
): Promise<Response<'join'>> {
  const { settings, placements, state, metrics, joinQueue } = services;
  joinQueue.enterReplica();
  const key = RoomKey.safeParse(request.room).data ?? roomKey(settings.roomsNamespace, request.room);
  annotate({ 'parley.room': key });

  const stopState = metrics.joinSeconds.startTimer({ phase: 'state' }, {});
  const placement = await placements.readToJoin(key);
  about.pool = services.pools.of(placement.pool);
  const grant = await grantOf(services, placement, request.token);
  const rights = rightsOf(grant);
  const { displayName = request.displayName, role = 'speaker', identity } = grant;
  const address = caller.address && hashSecret(caller.address);
  const [there, banned] = await Promise.all([
    state.peek(placement),
    state.bans.find(placement, { identity, address: rights.moderate ? undefined : address }),
    joinQueue.enterRoom(key),
  ]);
  if (banned) throw shutOut(banned);
  const { ticket } = request;
  const lobbyId = await passLobby(services, caller, placement, { displayName, identity, rights, ticket });
  if ((there?.participants ?? 0) >= placement.maxParticipants) throw full(placement);
  if (there?.locked && !rights.moderate) throw locked();
  stopState({}, exemplarOf(activeTrace()));

  const { secret, hash } = createSessionSecret();
  const id = randomUUID() as ParticipantId;
  const person: NewPerson = {
    ...{ id, displayName, role, identity, rights, lobbyId, address, secretHash: hash },
    ...(hearsInteraction(caller.dialect) && { interacts: true }),
    ...(mayBeDirect(caller, placement, request, rights) && { direct: true }),
  };
  const { snapshot, media, chat, lobby } = await enterWithMedia(services, caller, placement, person);
  const { key: room, uid } = placement;
  annotate({ 'parley.participant': id });
  services.log.info({ room, uid, participant: id, role }, 'participant joined');
  if (rights.moderate && placement.lobby) services.lobby.hostCame(uid);
  return {
    participantId: id,
    sessionSecret: secret,
    role,
    rights,
    room: {
      key,
      displayName: placement.displayName,
      maxParticipants: placement.maxParticipants,
      direct: placement.direct,
      media: placement.media,
    },
    snapshot: snapshotFor(caller.dialect, snapshot),
    media,
    ...(hearsChat(caller.dialect) && chat && { chat }),
    ...lobby,
  };
}

/** Whether somebody's media may go directly to another, and another's to them. */
function mayBeDirect(
  { dialect }: Caller,
  placement: ReadyPlacement,
  { direct }: Parsed<'join'>,
  { subscribe }: Rights,
): boolean {
  return direct && placement.direct && subscribe && hearsInteraction(dialect);
}

/** What the caller's token grants. Where anybody may enter nobody needs one, but one that is shown has to be right. */
async function grantOf(
  { tokens }: Services,
  { access, key, uid }: ReadyPlacement,
  token: string | undefined,
): Promise<Grant> {
  if (token) return tokens.check(token, key, uid);
  if (access === 'Open') return {};
  throw new RefusalError('unauthenticated', 'This meeting needs an invitation link with a token in it.');
}

async function enterWithMedia(
  services: Services,
  caller: Caller,
  placement: ReadyPlacement,
  person: NewPerson,
): Promise<{
  snapshot: RoomSnapshot;
  media: MediaSession;
  chat: ChatPage | undefined;
  lobby: { lobby?: Lobby };
}> {
  const { media, state, chat, departures, metrics } = services;
  const { socket, connection, dialect } = caller;
  const wanted = hearsBranches(dialect) ? 'any' : 'main';
  const undo = async () => {
    leaveChannels(caller, placement.uid);
    await media.closeParticipant(placement, person.id);
  };
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      const stopSfu = metrics.joinSeconds.startTimer({ phase: 'sfu' }, {});
      const opened = await media.openRoom(placement, wanted);
      const session = await media.openSession(placement, opened, person.id);
      stopSfu({}, exemplarOf(activeTrace()));
      // Before the snapshot is taken, so that no event falls between the two.
      await enterChannels(caller, placement.uid);
      const { maxParticipants } = placement;
      const entering = state
        .join(placement, opened.generation, maxParticipants, person, connection)
        .then(async joined => {
          const hears = joined.status === 'ok' && person.rights.moderate;
          return { joined, lobby: hears ? await lobbyFor(services, caller, placement, person.id) : {} };
        });
      const [{ joined, lobby }, page] = await Promise.all([entering, chat.page(placement, {})]).catch(
        async error => {
          // Nobody knows whether it was done.
          await departures.add({ room: placement, id: person.id, connection, how: 'remove' });
          throw error;
        },
      );
      if (joined.status === 'ok') {
        if (!socket.connected) {
          await departures.add({ room: placement, id: person.id, connection, how: 'remove' });
          throw new RefusalError('unavailable', 'The connection was lost while joining.');
        }
        const { generation, sfu } = opened;
        admit(services, caller, placement, person.id, [{ generation, sfu }]);
        return { snapshot: joined.snapshot, media: session, chat: page, lobby };
      }
      if (joined.status === 'full') throw full(placement);
      if (joined.status === 'locked') throw locked();
      if (joined.status === 'banned' || joined.status === 'address_banned') throw shutOut(joined.status);
      if (joined.status === 'not_placed') throw changing();
    } catch (error) {
      await undo();
      if (mediaChanged(error)) continue;
      throw error;
    }
    await undo();
  }
  throw changing();
}

/** The router went between the two calls. */
function mediaChanged(error: unknown): boolean {
  return error instanceof RefusalError && (error.code === 'media_lost' || error.code === 'not_found');
}

/** From here on the participant is this replica's to look after. */
export function admit(
  services: Services,
  caller: Caller,
  placement: Parameters<Services['rooms']['of']>[0],
  id: ParticipantId,
  links: MediaLink[],
): Member {
  const room = services.rooms.of(placement);
  const member: Member = { id, room, connection: caller.connection, caller, links };
  services.rooms.add(member);
  services.reports.entered(member);
  caller.session = { status: 'in', member };
  void enterOwnChannel(caller, id);
  return member;
}

export function alreadyIn(): RefusalError {
  return new RefusalError(
    'conflict',
    'This connection is in a meeting already. Open a new one for another stay.',
  );
}
