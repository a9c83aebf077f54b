/** Every call of the REST API. What is described here is what is validated, served and written into the OpenAPI document. */
import type { RefusalCode } from '@parley/protocol';
import { z } from 'zod';
import type { Scope } from '../access/api-keys.ts';
import { participantsApi } from './participants-api.ts';
import {
  CreateRoom,
  CreateToken,
  ListRooms,
  NewRoom,
  NewToken,
  Room,
  RoomPage,
  RoomPath,
} from './schemas.ts';

export interface Operation {
  method: 'GET' | 'POST' | 'DELETE';
  /** Fastify's. */
  path: `/v1/${string}`;
  tag: 'Rooms' | 'Participants' | 'Tokens' | 'Meetings';
  summary: string;
  description?: string;
  /** What the caller's API key has to allow; without it, anyone may call. */
  scope?: Scope;
  /** How often one address may call it. */
  perMinute?: number;
  params: z.ZodObject;
  query: z.ZodObject;
  /** A body may always be left out where it says nothing. */
  body?: z.ZodObject;
  status: 200 | 201 | 204;
  answer?: z.ZodType;
  /** Besides those that every operation may answer with. */
  refusals: RefusalCode[];
}

const none = z.object({});
const room = '/v1/rooms/:namespace/:name';

export const restApi = {
  listRooms: {
    method: 'GET',
    path: '/v1/rooms',
    tag: 'Rooms',
    summary: 'List rooms',
    description: 'Page by page, by namespace and name.',
    scope: 'rooms:read',
    params: none,
    query: ListRooms,
    status: 200,
    answer: RoomPage,
    refusals: [],
  },
  createRoom: {
    method: 'POST',
    path: '/v1/rooms',
    tag: 'Rooms',
    summary: 'Make a room',
    description:
      'Makes a Room resource. The answer waits up to 3 s for the room to be ready, so that people may join at once.',
    scope: 'rooms:write',
    params: none,
    query: none,
    body: CreateRoom,
    status: 201,
    answer: NewRoom,
    refusals: ['conflict', 'room_not_found'],
  },
  getRoom: {
    method: 'GET',
    path: room,
    tag: 'Rooms',
    summary: 'Look at a room',
    scope: 'rooms:read',
    params: RoomPath,
    query: none,
    status: 200,
    answer: Room,
    refusals: ['room_not_found'],
  },
  deleteRoom: {
    method: 'DELETE',
    path: room,
    tag: 'Rooms',
    summary: 'Delete a room',
    description: 'Everybody in it hears that the meeting has ended.',
    scope: 'rooms:write',
    params: RoomPath,
    query: none,
    status: 204,
    refusals: ['room_not_found'],
  },
  ...participantsApi,
  lockRoom: {
    method: 'POST',
    path: `${room}/lock`,
    tag: 'Meetings',
    summary: 'Lock the meeting',
    description:
      'Nobody else enters but who may moderate; who is in may come back. The lock ends when the last participant has gone.',
    scope: 'participants:write',
    params: RoomPath,
    query: none,
    status: 204,
    refusals: ['room_not_found', 'not_found'],
  },
  unlockRoom: {
    method: 'POST',
    path: `${room}/unlock`,
    tag: 'Meetings',
    summary: 'Unlock the meeting',
    scope: 'participants:write',
    params: RoomPath,
    query: none,
    status: 204,
    refusals: ['room_not_found', 'not_found'],
  },
  endMeeting: {
    method: 'POST',
    path: `${room}/end`,
    tag: 'Meetings',
    summary: 'End the meeting',
    description:
      "Everybody's stay ends and their page says so. The room is still there, and people may join anew.",
    scope: 'participants:write',
    params: RoomPath,
    query: none,
    status: 204,
    refusals: ['room_not_found', 'not_found'],
  },
  createToken: {
    method: 'POST',
    path: `${room}/tokens`,
    tag: 'Tokens',
    summary: 'Make an invitation',
    description: 'The token opens this Room alone, not a later one of the same name.',
    scope: 'tokens',
    params: RoomPath,
    query: none,
    body: CreateToken,
    status: 201,
    answer: NewToken,
    refusals: ['room_not_found'],
  },
  createMeeting: {
    method: 'POST',
    path: '/v1/meetings',
    tag: 'Meetings',
    summary: 'Make an open meeting',
    description:
      'What "New meeting" on the page does, where the administrator allows it: an open Room with a random name that is deleted once nobody has been in it for 10 minutes.',
    perMinute: 10,
    params: none,
    query: none,
    status: 201,
    answer: NewRoom,
    refusals: ['forbidden', 'conflict'],
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof restApi;
type Output<T> = T extends z.ZodType ? z.output<T> : undefined;
type Shape<N extends OperationName, K extends string> =
  (typeof restApi)[N] extends Record<K, infer T> ? T : undefined;

/** A validated request. */
export interface Asked<N extends OperationName> {
  params: z.output<(typeof restApi)[N]['params']>;
  query: z.output<(typeof restApi)[N]['query']>;
  body: Output<Shape<N, 'body'>>;
  /** The body as it was sent, before anything was filled in. */
  sent: unknown;
  headers: { origin?: string | undefined };
  /** Id of the caller's key; undefined where anyone may call. */
  apiKey: string | undefined;
}

/** Answers validated requests. Throws a RefusalError for what the caller may be told. */
export type RestHandlers = {
  [N in OperationName]: (asked: Asked<N>) => Promise<Output<Shape<N, 'answer'>>>;
};
