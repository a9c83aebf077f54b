import rateLimit from '@fastify/rate-limit';
import { type Placement, RefusalError, type RoomKey, RoomName, type RoomUid } from '@parley/protocol';
import type { RoomSpec } from '@parley/resources';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { originAllowed } from '../access/origin.ts';
import { endMeeting, lock } from '../requests/moderate.ts';
import type { Services } from '../requests/services.ts';
import type { RestHandlers } from './api.ts';
import { addDocs } from './docs.ts';
import { answerErrors } from './errors.ts';
import { createMeetingName } from './meeting-names.ts';
import { keyOf, participantHandlers, type RoomPath } from './participants.ts';
import type { RoomResources } from './room-resources.ts';
import type { Room } from './schemas.ts';
import { serveOperations } from './serve.ts';

/** How long an answer waits for the operator, so that who gets it may join at once. */
const placementWaitMs = 3000;
/** A meeting that anyone made ends when nobody has been in it for so long. */
const meetingIdleSeconds = 600;

/** Adds the REST API, which `api.ts` describes, and its documentation. */
export async function addRestRoutes(
  app: FastifyInstance,
  services: Services,
  resources: RoomResources,
): Promise<void> {
  answerErrors(app, services.log);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new RefusalError('rate_limited', `Too many meetings from one address. Try again in ${after}.`),
  });
  const { apiKeys } = services;
  serveOperations(
    app,
    createHandlers(services, resources),
    (header, scope) => apiKeys.require(header, scope),
    services.tracing,
  );
  await addDocs(app);
}

function createHandlers(services: Services, resources: RoomResources): RestHandlers {
  const { settings, placements, state, tokens, log } = services;

  const joinUrl = ({ namespace, name }: RoomPath) =>
    namespace === settings.roomsNamespace
      ? `${settings.webUrl}/${name}`
      : `${settings.webUrl}/${namespace}/${name}`;

  const make = async (
    room: RoomPath,
    spec: z.input<typeof RoomSpec>,
    madeBy: 'rest-api' | 'new-meeting',
    apiKey?: string,
  ) => {
    const uid = await resources.create(room, spec, madeBy);
    log.info({ room: keyOf(room), uid, madeBy, apiKey }, 'room made');
    await placements.settled(keyOf(room), uid, placementWaitMs).catch(() => {});
    return { ...room, joinUrl: joinUrl(room) };
  };

  const describe = async (room: RoomPath, placement: Placement): Promise<z.output<typeof Room>> => ({
    ...room,
    joinUrl: joinUrl(room),
    state: placement.state,
    ...('message' in placement && { reason: placement.reason, message: placement.message }),
    ...('opensAt' in placement && { opensAt: placement.opensAt }),
    participants: (await state.peek(placement))?.participants ?? 0,
  });

  const findPlacement = async (room: RoomPath): Promise<Placement> =>
    requirePlacement(await placements.read(keyOf(room)));

  /** Where somebody is: nobody would unlock a room that is empty, and there is nothing to end. */
  const findMeeting = async (room: RoomPath): Promise<Placement> => {
    const placement = await findPlacement(room);
    if ((await state.peek(placement))?.participants) return placement;
    throw new RefusalError('not_found', 'There is nobody in the room.');
  };

  return {
    async listRooms({ query }) {
      const page = await resources.list(query);
      const rooms = page.rooms.map(async ({ uid, ...room }) => {
        const placement = await placements.read(keyOf(room));
        return describe(room, placement?.uid === uid ? placement : notPlaced(keyOf(room), uid));
      });
      return { rooms: await Promise.all(rooms), cursor: page.cursor };
    },

    async createRoom({ body, sent, apiKey }) {
      const { namespace = RoomName.parse(settings.roomsNamespace), name = randomName() } = body;
      // As it was sent: what is not said is the API server's to fill in.
      const spec = z.object({ spec: z.custom<typeof body.spec>() }).safeParse(sent).data?.spec ?? {};
      return make({ namespace, name }, spec, 'rest-api', apiKey);
    },

    async getRoom({ params }) {
      return describe(params, await findPlacement(params));
    },

    async deleteRoom({ params, apiKey }) {
      await resources.delete(params);
      log.info({ room: keyOf(params), apiKey }, 'room deleted');
      return undefined;
    },

    ...participantHandlers(services, findPlacement),

    async lockRoom({ params, apiKey }) {
      await lock(services, await findMeeting(params), 'application', true);
      log.info({ room: keyOf(params), apiKey }, 'meeting locked');
      return undefined;
    },

    async unlockRoom({ params, apiKey }) {
      await lock(services, await findMeeting(params), 'application', false);
      log.info({ room: keyOf(params), apiKey }, 'meeting unlocked');
      return undefined;
    },

    async endMeeting({ params, apiKey }) {
      await endMeeting(services, await findMeeting(params), 'application');
      log.info({ room: keyOf(params), apiKey }, 'meeting ended');
      return undefined;
    },

    async createToken({ params, body: { expiresInSeconds, ...grant }, apiKey }) {
      const { key, uid } = await findPlacement(params);
      const token = await tokens.issue({ room: key, uid, ...grant }, expiresInSeconds);
      log.info({ room: key, uid, role: grant.role, apiKey }, 'token made');
      // After the #, which browsers keep to themselves: no server's log gets to see it.
      return { token, joinUrl: `${joinUrl(params)}#token=${token}` };
    },

    async createMeeting({ headers }) {
      if (settings.newMeetings !== 'open') {
        throw new RefusalError('forbidden', 'New meetings are made by the administrator here.');
      }
      if (!originAllowed(headers.origin, settings.webUrl)) {
        throw new RefusalError('forbidden', 'Meetings are not made from other sites.');
      }
      const room = { namespace: RoomName.parse(settings.roomsNamespace), name: randomName() };
      return make(room, { idleTimeToLiveSeconds: meetingIdleSeconds }, 'new-meeting');
    },
  };
}

const randomName = () => RoomName.parse(createMeetingName());

/** What is known of a Room that the operator has not looked at yet. */
const notPlaced = (key: RoomKey, uid: RoomUid): Placement => ({
  state: 'waiting',
  key,
  uid,
  reason: 'NotPlaced',
  message: 'The room was just made and gets its place.',
});

function requirePlacement(placement: Placement | undefined): Placement {
  if (placement) return placement;
  throw new RefusalError('room_not_found', 'There is no such room.');
}
