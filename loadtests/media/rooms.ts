import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '@parley/client/headless';
import { RoomKey } from '@parley/protocol';
import { z } from 'zod';

/** How long a room outlives its last participant if nobody deletes it, in seconds: the least that is allowed. */
const idleSeconds = 60;
/** How often a call is tried that the server has no time for. */
const attempts = 8;

const Made = z.object({ namespace: z.string(), name: z.string() });
const Refused = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const Token = z.object({ token: z.string() });

/** A call of the REST API that was refused, or was not answered. */
export class RoomsError extends Error {
  override readonly name = 'RoomsError';
  readonly code = 'rooms_refused';
}

export interface RoomsOptions {
  /** Where signaling is. */
  url: string;
  /** With the scopes rooms:write and, for tokens, tokens. */
  apiKey: string;
}

/** Makes rooms by the REST API, and takes them away again. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #made: RoomKey[] = [];

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** Makes a room. @throws RoomsError that says what the server answered */
  async make(
    spec: { pool?: string | undefined; maxParticipants: number },
    signal?: AbortSignal,
  ): Promise<RoomKey> {
    const whole = { ...spec, displayName: 'Load test', idleTimeToLiveSeconds: idleSeconds };
    const { namespace, name } = Made.parse(await this.#call('POST', '', { spec: whole }, signal));
    const key = RoomKey.parse(`${namespace}/${name}`);
    this.#made.push(key);
    return key;
  }

  /** A token that opens the room. @throws RoomsError */
  async token(room: RoomKey, expiresInSeconds: number, signal?: AbortSignal): Promise<string> {
    const answer = await this.#call('POST', `/${room}/tokens`, { expiresInSeconds }, signal);
    return Token.parse(answer).token;
  }

  /** Deletes what was made. What cannot be deleted goes by itself, once it is idle. */
  async remove(): Promise<void> {
    for (const room of this.#made.splice(0)) {
      await this.#call('DELETE', `/${room}`).catch(() => {});
    }
  }

  async #call(
    method: 'POST' | 'DELETE',
    path: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const { url, apiKey } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${url}/v1/rooms${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      }).catch((cause: unknown) => {
        throw new RoomsError(`${url} cannot be reached: ${cause instanceof Error ? cause.message : cause}`, {
          cause,
        });
      });
      if (response.status === 204) return undefined;
      const answer: unknown = await response.json().catch(() => undefined);
      if (response.ok) return answer;
      const busy = response.status === 429 || response.status === 503;
      if (busy && attempt < attempts) {
        await sleep(backoffMs(attempt), undefined, { ...(signal && { signal }) });
        continue;
      }
      const said = Refused.safeParse(answer).data?.error.message ?? `status ${response.status}`;
      throw new RoomsError(`${method} ${url}/v1/rooms${path} was refused: ${said}`);
    }
  }
}
