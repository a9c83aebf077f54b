import { createHmac } from 'node:crypto';
import { Identity, ParticipantId, Role, RoomKey, RoomUid } from '@parley/protocol';
import { z } from 'zod';

const Somebody = z.object({
  id: ParticipantId,
  displayName: z.string(),
  role: Role.default('speaker'),
  identity: Identity.optional(),
});
const someone = { participant: Somebody };
const nobody = {};

const inRoom = {
  room: RoomKey.describe('`namespace/name` of the Room.'),
  uid: RoomUid.describe('UID of the Room: a later one of the same name has another.'),
};
const message = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.object({
    type: z.literal(type),
    timestamp: z.iso.datetime().describe("When it happened, by Redis's clock."),
    data: z.object({ ...inRoom, ...shape }),
  });

/** What receivers are told. */
export const webhooks = {
  room_started: message('room_started', nobody).describe('The first person came.'),
  room_ended: message('room_ended', nobody).describe('The last person went.'),
  participant_joined: message('participant_joined', someone).describe('Somebody came.'),
  participant_left: message('participant_left', someone).describe('Somebody went, or did not come back.'),
};
export const WebhookMessage = z.discriminatedUnion('type', [
  webhooks.room_started,
  webhooks.room_ended,
  webhooks.participant_joined,
  webhooks.participant_left,
]);
export type WebhookMessage = z.infer<typeof WebhookMessage>;

/** What the scripts write into an outbox: all but what is the same for the whole room. */
const Written = z.object({
  type: z.string(),
  at: z.int(),
  uid: RoomUid,
  participant: Somebody.optional(),
});

/** An event that waits in an outbox. */
export interface Waiting {
  /** The same for every try and every receiver, so that one who is told twice can see it. */
  id: string;
  /** When it happened, in ms. */
  at: number;
  message: WebhookMessage;
}

/** @throws ZodError, or SyntaxError, for what this version of signaling does not know. */
export function readWaiting(room: RoomKey, id: string, json: string): Waiting {
  const { type, at, uid, participant } = Written.parse(JSON.parse(json));
  const timestamp = new Date(at).toISOString();
  const message = WebhookMessage.parse({ type, timestamp, data: { room, uid, participant } });
  return { id: `${uid}-${id}`, at, message };
}

/** The headers of https://www.standardwebhooks.com for a body that is sent at `nowMs`: a signature for each secret. */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly Buffer[],
  nowMs: number,
): Record<string, string> {
  const timestamp = `${Math.floor(nowMs / 1000)}`;
  const signatures = secrets.map(secret => {
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${signature}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
