import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, type RoomKey, roomKey, splitRoomKey } from '@parley/protocol';
import { z } from 'zod';
import type { Room, Rooms, RoomWish, TokenWish } from './endpoint.ts';

/** How long a cluster may take to find a place for a room. */
const placedWithinMs = 60_000;
const answerWithinMs = 20_000;

const NewRoom = z.object({ namespace: z.string(), name: z.string() });
const RoomState = z.object({ state: z.string(), message: z.string().optional() });
const NewToken = z.object({ token: z.string() });
const ErrorAnswer = z.object({ error: Refusal });

/** Makes rooms, tokens and ends of rooms by the REST API. */
export class RestRooms implements Rooms {
  readonly #base: string;
  readonly #apiKey: string;

  /** `base` is the address under which `/v1` is found; the key needs the scopes `rooms:read`, `rooms:write` and `tokens`. */
  constructor(base: string, apiKey: string) {
    this.#base = base.replace(/\/+$/, '');
    this.#apiKey = apiKey;
  }

  /** @throws Error in words if the API cannot be reached, or does not let this key look at rooms. */
  async check(): Promise<void> {
    await this.#call('GET', '/v1/rooms?limit=1');
  }

  async make({
    state = 'open',
    access = 'Open',
    lobby = false,
    maxParticipants = 20,
    media,
  }: RoomWish): Promise<Room> {
    const name = `conformance-${randomUUID().slice(0, 13)}`;
    const spec = {
      access,
      lobby,
      maxParticipants,
      suspended: state === 'closed',
      // For those that a suite which was killed leaves behind.
      idleTimeToLiveSeconds: 600,
      ...(media && { media }),
    };
    const made = NewRoom.parse(await this.#call('POST', '/v1/rooms', { name, spec }));
    const key = roomKey(made.namespace, made.name);
    const room = {
      key,
      token: (wish: TokenWish) => this.token(key, wish),
      end: () => this.#end(key),
    };
    const wanted = state === 'closed' ? 'closed' : 'ready';
    await this.#placed(key, wanted).catch(async error => {
      await room.end();
      throw error;
    });
    return room;
  }

  async token(key: RoomKey, wish: TokenWish): Promise<string> {
    return NewToken.parse(await this.#call('POST', `${pathOf(key)}/tokens`, wish)).token;
  }

  async #placed(key: RoomKey, wanted: 'ready' | 'closed'): Promise<void> {
    const end = Date.now() + placedWithinMs;
    let seen = 'not placed';
    while (Date.now() < end) {
      const answer = await this.#ask('GET', pathOf(key));
      if (answer.status === 200) {
        const { state, message } = RoomState.parse(answer.body);
        if (state === wanted) return;
        seen = `${state}: ${message ?? ''}`;
      } else if (answer.status !== 404 && answer.status < 500) {
        throw refusedBy(answer);
      }
      await sleep(200);
    }
    throw new Error(`The room ${key} did not become ${wanted}. It is ${seen}`);
  }

  async #end(key: RoomKey): Promise<void> {
    const answer = await this.#ask('DELETE', pathOf(key));
    if (answer.status >= 400 && answer.status !== 404) throw refusedBy(answer);
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#ask(method, path, body);
    if (answer.status >= 400) throw refusedBy(answer);
    return answer.body;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    try {
      const response = await fetch(`${this.#base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#apiKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        signal: AbortSignal.timeout(answerWithinMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      return { what: `${method} ${path}`, status: response.status, body: isJson ? JSON.parse(text) : text };
    } catch (cause) {
      throw new Error(`${this.#base} does not answer to ${method} ${path}: ${reasonOf(cause)}`, { cause });
    }
  }
}

interface RestAnswer {
  what: string;
  status: number;
  body: unknown;
}

function refusedBy({ what, status, body }: RestAnswer): Error {
  const read = ErrorAnswer.safeParse(body);
  const why = read.success ? `${read.data.error.code}: ${read.data.error.message}` : 'no answer of signaling';
  return new Error(`${what} was answered with status ${status}, ${why}`);
}

/** What `fetch` says is in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}

function pathOf(key: RoomKey): string {
  const { namespace, name } = splitRoomKey(key);
  return `/v1/rooms/${namespace}/${name}`;
}
