import rateLimit from '@fastify/rate-limit';
import {
  DisplayName,
  Grants,
  type Placement,
  parseRequest,
  RefusalError,
  RoomName,
  type RoomUid,
  roomKey,
} from '@parley/protocol';
import { RoomSpec } from '@parley/resources';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { originAllowed } from '../access/origin.ts';
import type { Services } from '../requests/services.ts';
import { answerErrors } from './errors.ts';
import { createMeetingName } from './meeting-names.ts';
import type { RoomResources } from './room-resources.ts';

/** How long an answer waits for the operator, so that who gets it may join at once. */
const placementWaitMs = 3000;
/** A meeting that anyone made ends when nobody has been in it for so long. */
const meetingIdleSeconds = 600;
const meetingsPerMinute = 10;

const RoomPath = z.object({ namespace: RoomName, name: RoomName });
const CreateRoom = z.strictObject({
  name: RoomName.optional(),
  namespace: RoomName.optional(),
  spec: z.strictObject(RoomSpec.shape).partial().default({}),
});
const CreateToken = z.strictObject({
  ...Grants.shape,
  displayName: DisplayName.optional(),
  expiresInSeconds: z
    .int()
    .min(1)
    .max(30 * 24 * 3600)
    .default(3600),
});

/** Adds the REST API; see docs/architecture.md for its paths. */
export async function addRestRoutes(
  app: FastifyInstance,
  services: Services,
  resources: RoomResources,
): Promise<void> {
  const { settings, placements, state, apiKeys, tokens, log } = services;
  answerErrors(app, log);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new RefusalError('rate_limited', `Too many meetings from one address. Try again in ${after}.`),
  });

  const joinUrl = (room: { namespace: string; name: string }) =>
    room.namespace === settings.roomsNamespace
      ? `${settings.webUrl}/${room.name}`
      : `${settings.webUrl}/${room.namespace}/${room.name}`;

  const make = async (
    room: { namespace: string; name: string },
    spec: z.input<typeof RoomSpec>,
    madeBy: 'rest-api' | 'new-meeting',
    apiKey?: string,
  ) => {
    const uid = await resources.create(room, spec, madeBy);
    log.info({ room: `${room.namespace}/${room.name}`, uid, madeBy, apiKey }, 'room made');
    await placements.settled(roomKey(room.namespace, room.name), uid, placementWaitMs).catch(() => {});
    return { ...room, joinUrl: joinUrl(room) };
  };

  app.post('/v1/rooms', async (request, reply) => {
    const apiKey = apiKeys.require(request.headers.authorization, 'rooms:write');
    const { name, namespace, spec } = parseRequest(CreateRoom, request.body ?? {});
    const room = { namespace: namespace ?? settings.roomsNamespace, name: name ?? createMeetingName() };
    // As it was sent: what is not said is the API server's to fill in.
    const sent = z.object({ spec: z.custom<typeof spec>() }).safeParse(request.body).data?.spec ?? {};
    return reply.status(201).send(await make(room, sent, 'rest-api', apiKey));
  });

  app.get('/v1/rooms/:namespace/:name', async request => {
    apiKeys.require(request.headers.authorization, 'rooms:read');
    const room = parseRequest(RoomPath, request.params);
    const key = roomKey(room.namespace, room.name);
    const placement = requirePlacement(await placements.read(key));
    const there = await state.peek(placement);
    const said = 'message' in placement ? { reason: placement.reason, message: placement.message } : {};
    const opens =
      placement.state === 'closed' && placement.opensAt !== undefined ? { opensAt: placement.opensAt } : {};
    return {
      ...room,
      joinUrl: joinUrl(room),
      state: placement.state,
      ...said,
      ...opens,
      participants: there?.participants ?? 0,
    };
  });

  app.delete('/v1/rooms/:namespace/:name', async (request, reply) => {
    const apiKey = apiKeys.require(request.headers.authorization, 'rooms:write');
    const room = parseRequest(RoomPath, request.params);
    await resources.delete(room);
    log.info({ room: `${room.namespace}/${room.name}`, apiKey }, 'room deleted');
    return reply.status(204).send();
  });

  app.post('/v1/rooms/:namespace/:name/tokens', async (request, reply) => {
    const apiKey = apiKeys.require(request.headers.authorization, 'tokens');
    const room = parseRequest(RoomPath, request.params);
    const { expiresInSeconds, ...grant } = parseRequest(CreateToken, request.body ?? {});
    const key = roomKey(room.namespace, room.name);
    const { uid } = requirePlacement(await placements.read(key));
    const token = await tokens.issue({ room: key, uid, ...grant }, expiresInSeconds);
    log.info({ room: key, uid, role: grant.role, apiKey }, 'token made');
    // After the #, which browsers keep to themselves: no server's log gets to see it.
    return reply.status(201).send({ token, joinUrl: `${joinUrl(room)}#token=${token}` });
  });

  const limited = { config: { rateLimit: { max: meetingsPerMinute, timeWindow: 60_000 } } };
  app.post('/v1/meetings', limited, async (request, reply) => {
    if (settings.newMeetings !== 'open') {
      throw new RefusalError('forbidden', 'New meetings are made by the administrator here.');
    }
    if (!originAllowed(request.headers.origin, settings.webUrl)) {
      throw new RefusalError('forbidden', 'Meetings are not made from other sites.');
    }
    const room = { namespace: settings.roomsNamespace, name: createMeetingName() };
    const spec = { idleTimeToLiveSeconds: meetingIdleSeconds };
    return reply.status(201).send(await make(room, spec, 'new-meeting'));
  });
}

function requirePlacement(placement: Placement | undefined): Placement & { uid: RoomUid } {
  if (placement) return placement;
  throw new RefusalError('room_not_found', 'There is no such room.');
}
