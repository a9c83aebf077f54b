import {
  type ChatPosition,
  type LogPosition,
  RefusalError,
  type Request,
  type Response,
} from '@parley/protocol';
import type { Connection } from '../connection/connection.ts';
import { toRefusal } from '../connection/refusal.ts';

const leaveTimeoutMs = 2_000;

/** What proves to signaling who one is. */
type Membership = Pick<Response<'join'>, 'participantId' | 'sessionSecret' | 'room'>;

export interface StayHandlers {
  /** A join begins: events that come from now on belong to the snapshot that its answer holds. */
  entering(): void;
  entered(answer: Response<'join'>): void;
  /** `chatSince` is what was known of the chat when the question was asked. */
  resumed(answer: Response<'resume'>, chatSince: ChatPosition | undefined): Promise<void>;
  /** The place in the room's history up to which its state is known. */
  position(): LogPosition | undefined;
  chatPosition(): ChatPosition | undefined;
}

/** One's place in the room, as signaling knows it: entered by a join, taken over onto a new connection by a resume. */
export class Stay {
  readonly #connection: Connection;
  readonly #join: Request<'join'>;
  readonly #handlers: StayHandlers;
  readonly #over: AbortSignal;
  #membership: Membership | undefined;
  #bound = false;
  /** Proves one's place in the lobby, and that one was let in. */
  #ticket: string | undefined;

  /** `over` aborts when the session ends. */
  constructor(connection: Connection, join: Request<'join'>, handlers: StayHandlers, over: AbortSignal) {
    this.#connection = connection;
    this.#join = join;
    this.#handlers = handlers;
    this.#over = over;
  }

  /** Whether signaling knows this connection as the participant's. */
  get bound(): boolean {
    return this.#bound && !this.#over.aborted;
  }

  /** Resumes, or joins where there is nothing to resume; the connection has to be open. @throws RefusalError */
  enter(): Promise<void> {
    return this.#membership ? this.#resume(this.#membership) : this.#enterAnew();
  }

  /** The connection is gone, or signaling does not know it any more. One connection is good for one stay. */
  unbind(): void {
    this.#bound = false;
    this.#connection.close();
  }

  /** Signaling does not know the participant any more: what comes next is a join. */
  forget(): void {
    this.#membership = undefined;
    this.unbind();
  }

  /** Says that the participant leaves; resolves when signaling knows, or does not answer. */
  async leave(): Promise<void> {
    const { bound } = this;
    this.#bound = false;
    try {
      if (bound) await this.#connection.request('leave', {}, leaveTimeoutMs);
      else this.#connection.tellLeave();
    } catch {
      // Signaling sees the connection close.
    } finally {
      this.#connection.close();
    }
  }

  /** Says so without waiting for anything. */
  abandon(): void {
    this.#connection.tellLeave();
    this.unbind();
  }

  async #enterAnew(): Promise<void> {
    this.#handlers.entering();
    let answer: Response<'join'>;
    try {
      const ticket = this.#ticket;
      answer = await this.#connection.request('join', { ...this.#join, ...(ticket && { ticket }) });
    } catch (error) {
      this.#ticket = toRefusal(error).lobby?.ticket ?? this.#ticket;
      // A join whose answer was lost would leave a ghost in the room.
      if (toRefusal(error).code === 'unavailable') {
        this.#connection.tellLeave();
        this.#connection.close();
      }
      throw error;
    }
    throwIfOver(this.#over);
    this.#membership = answer;
    this.#bound = true;
    this.#handlers.entered(answer);
  }

  async #resume({ participantId, sessionSecret, room }: Membership): Promise<void> {
    const since = this.#handlers.position();
    const chatSince = this.#handlers.chatPosition();
    const request = { participantId, sessionSecret, room: room.key, since, chatSince };
    const answer = await this.#connection.request('resume', request);
    throwIfOver(this.#over);
    this.#bound = true;
    await this.#handlers.resumed(answer, chatSince);
  }
}

/** @throws RefusalError if `over` has aborted */
export function throwIfOver(over: AbortSignal): void {
  if (over.aborted) throw new RefusalError('room_ended', 'The call is over.');
}
