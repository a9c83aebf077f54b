/** A connection to signaling: who it is, what it asks, and what it hears. */
import type { Answer, Refusal, Request, RequestName, Response, Welcome } from '@parley/protocol';
import { type Ending, NoAnswerError, SocketIoClient } from './socket-io.ts';
import type { OpenWebSocket } from './web-socket.ts';

/** The protocol's version that is spoken; a test compares it with the server's. */
export const handshake = { version: 2, revision: 5 } as const;

/** How long an answer may take, in ms. */
export const answerWithinMs = 10_000;

/** The server says no. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code: string;
  readonly refusal: Partial<Refusal>;

  constructor(asked: string, refusal: Partial<Refusal>) {
    super(`"${asked}" was answered ${refusal.code ?? 'with something else'}: ${refusal.message ?? ''}`);
    this.code = refusal.code ?? 'unreadable';
    this.refusal = refusal;
  }
}

export interface ConnectionOptions {
  readonly url: string;
  readonly open: OpenWebSocket;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ConnectionHandlers {
  heard(event: string, value: unknown): void;
  /** An open connection ended, not by oneself. */
  lost(ending: Ending): void;
  /** A request was answered, or was not: `code` is that of the refusal, `no_answer`, or `ok`. */
  answered(name: string, code: string, ms: number): void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  #socket: SocketIoClient | undefined;
  #welcome: Welcome | undefined;

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  get connected(): boolean {
    return this.#socket?.connected ?? false;
  }

  /** What the server says it takes, and whether it wishes to be told how calls go. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** Opens a connection in place of the one that there was. @throws ConnectError */
  open(): Promise<void> {
    this.close();
    this.#welcome = undefined;
    return new Promise((resolve, reject) => {
      const { url, open, headers } = this.#options;
      const socket: SocketIoClient = new SocketIoClient(
        { url, open, auth: handshake, ...(headers && { headers }) },
        {
          connected: resolve,
          refused: reject,
          disconnected: ending => {
            if (this.#socket !== socket) return;
            this.#socket = undefined;
            this.#handlers.lost(ending);
          },
          heard: (event, value) => {
            if (this.#socket !== socket) return;
            if (event === 'welcome') this.#welcome = value as Welcome;
            this.#handlers.heard(event, value);
          },
        },
      );
      this.#socket = socket;
    });
  }

  /** Sends a request. @throws RefusedError, NoAnswerError */
  async ask<N extends RequestName>(name: N, request: Request<N>): Promise<Response<N>> {
    const began = Date.now();
    const told = (code: string) => this.#handlers.answered(name, code, Date.now() - began);
    try {
      if (!this.#socket) throw new NoAnswerError('There is no connection.');
      const answer = (await this.#socket.ask(answerWithinMs, name, request)) as Answer<N> | undefined;
      if (answer?.ok !== true) throw new RefusedError(name, answer?.ok === false ? answer.error : {});
      told('ok');
      return answer.value;
    } catch (error) {
      if (error instanceof RefusedError || error instanceof NoAnswerError) told(error.code);
      throw error;
    }
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.disconnect();
  }

  /** Ends the connection without a word, as a network does. */
  drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.drop();
  }
}
