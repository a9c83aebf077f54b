import { backoffMs, Connection, pause, toRefusal } from '@parley/client/connection';
import type { Response, RoomKey } from '@parley/protocol';
import { now } from './clock.ts';

/**
 * Somebody who stays in a room, by the client library's own connection and back-off. The steps between are those of its session,
 * whose media need a browser.
 */
export class Resident {
  /** When each return was done, in ms by `now()`. */
  readonly returns: number[] = [];
  gaveUp: string | undefined;
  readonly #connection: Connection;
  readonly #over = new AbortController();
  #stay: Response<'join'> | undefined;
  #away = false;

  private constructor(url: string) {
    this.#connection = new Connection(url, {
      lost: () => void this.#return(),
      room: () => {},
      unreadable: () => {},
      goodbye: ({ reason }) => {
        this.gaveUp = `goodbye: ${reason}`;
      },
    });
  }

  /** @throws RefusalError */
  static async enter(url: string, room: RoomKey): Promise<Resident> {
    const resident = new Resident(url);
    await resident.#connection.open();
    resident.#stay = await resident.#connection.request('join', { room, displayName: 'Ada Lovelace' });
    return resident;
  }

  get away(): boolean {
    return this.#away;
  }

  close(): void {
    this.#over.abort();
    this.#connection.tellLeave();
    this.#connection.close();
  }

  async #return(): Promise<void> {
    if (!this.#stay || this.#over.signal.aborted || this.#away) return;
    const { participantId, sessionSecret, room } = this.#stay;
    this.#away = true;
    await pause(backoffMs(1), this.#over.signal);
    for (let attempt = 1; !this.#over.signal.aborted && this.gaveUp === undefined; attempt++) {
      try {
        if (!this.#connection.connected) await this.#connection.open();
        await this.#connection.request('resume', { participantId, sessionSecret, room: room.key });
        this.returns.push(now());
        this.#away = false;
        return;
      } catch (error) {
        const { code, retry } = toRefusal(error);
        if (retry !== 'later') this.gaveUp = `resume: ${code}`;
        await pause(backoffMs(attempt), this.#over.signal);
      }
    }
  }
}
