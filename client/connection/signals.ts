import type { ParticipantId, ReceivedSignal, Signal } from '@parley/protocol';
import { Occasions } from '../interaction/occasions.ts';
import type { SendRequest } from './connection.ts';

/** Signals about one thing. */
export type SignalAbout<A extends Signal['about']> = Extract<Signal, { about: A }>;

/** What participants say to each other alone, by way of signaling, to reach each other directly. What is said may be lost. */
export class Signals {
  readonly #request: SendRequest;
  readonly #received = new Occasions<ReceivedSignal>();

  constructor(request: SendRequest) {
    this.#request = request;
  }

  /**
   * Resolves when it was passed on, which does not say that it was heard.
   *
   * @throws RefusalError `not_found` if they are not in the room, `unavailable` while they are reconnecting, `conflict` if their page is
   * too old for signals, `forbidden` if one may not, `rate_limited`.
   */
  async send(to: ParticipantId, signal: Signal): Promise<void> {
    await this.#request('signal', { to, signal });
  }

  /** Calls `listener` for every signal about this; the returned function ends that. */
  listen<A extends Signal['about']>(
    about: A,
    listener: (from: ParticipantId, signal: SignalAbout<A>) => void,
  ): () => void {
    const isAbout = (signal: Signal): signal is SignalAbout<A> => signal.about === about;
    return this.#received.listen(({ from, signal }) => {
      if (isAbout(signal)) listener(from, signal);
    });
  }

  /** What the server passed on. */
  take(received: ReceivedSignal): void {
    this.#received.tell(received);
  }
}
