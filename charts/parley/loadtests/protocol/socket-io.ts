/** A Socket.IO 5 client over WebSocket alone, for engines that cannot run npm packages. It never reconnects by itself. */
import { decode, encode, type Frame, type Packet, pong } from './packets.ts';
import { connecting, type OpenWebSocket, open, type WebSocketLike } from './web-socket.ts';

/** How a connection ended: by the server's word, by one's own, or without one. */
export type Ending = 'server' | 'own' | 'lost';

export interface SocketIoHandlers {
  connected?(): void;
  /** It did not come to a connection. `data` is what the server says of it, if it was that which refused. */
  refused?(error: ConnectError): void;
  disconnected?(ending: Ending): void;
  /** An event; those of the protocol have one argument. */
  heard?(event: string, value: unknown): void;
  /** An acknowledgement came, also one that nobody waits for. */
  acknowledged?(id: number): void;
}

export interface SocketIoOptions {
  /** Base address of signaling, such as `https://meet.example.org`. */
  readonly url: string;
  readonly auth: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly open: OpenWebSocket;
  /** How long it may take to be let in, in ms. */
  readonly timeoutMs?: number;
}

/** It did not come to a connection. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code = 'not_connected';
  readonly data: unknown;

  constructor(message: string, data?: unknown) {
    super(message);
    this.data = data;
  }
}

/** No answer came, which does not say whether the request was heard. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly code = 'no_answer';
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** What may wait for the connection to be there. */
const maxBuffered = 1000;

export class SocketIoClient {
  readonly #socket: WebSocketLike;
  readonly #handlers: SocketIoHandlers;
  readonly #auth: object;
  readonly #waiting = new Map<number, Waiting>();
  #buffered: Packet[] = [];
  #state: 'opening' | 'connected' | 'ended' = 'opening';
  #nextId = 0;
  #error = '';
  #timer: ReturnType<typeof setTimeout>;
  #patienceMs: number;
  /** When the server was last heard of, in ms. */
  #heardAt = 0;

  constructor(
    { url, auth, headers = {}, open: openSocket, timeoutMs = 20_000 }: SocketIoOptions,
    handlers: SocketIoHandlers,
  ) {
    this.#auth = auth;
    this.#handlers = handlers;
    this.#patienceMs = timeoutMs;
    this.#socket = openSocket(addressOf(url), headers);
    this.#timer = setTimeout(
      () => this.#end('lost', `The server did not let us in within ${timeoutMs} ms.`),
      timeoutMs,
    );
    this.#socket.addEventListener('open', () => {
      if (this.#state === 'ended') this.#socket.close();
    });
    this.#socket.addEventListener('message', event => this.#message(Object(event).data));
    this.#socket.addEventListener('error', event => {
      const { error, message } = Object(event);
      this.#error = this.#error || `${(error instanceof Error ? error.message : error) || message || ''}`;
    });
    this.#socket.addEventListener('close', () => this.#end('lost', this.#error));
  }

  get connected(): boolean {
    return this.#state === 'connected';
  }

  /** Sends an event that asks for no answer; before the connection is there, as soon as it is. */
  emit(event: string, ...args: unknown[]): void {
    this.#send({ type: 'event', data: [event, ...args] });
  }

  /** Sends an event and resolves with the first argument of its acknowledgement. @throws NoAnswerError */
  ask(timeoutMs: number, event: string, ...args: unknown[]): Promise<unknown> {
    if (this.#state === 'ended') return Promise.reject(new NoAnswerError('The connection is gone.'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new NoAnswerError(`"${event}" was not answered within ${timeoutMs} ms.`));
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#send({ type: 'event', id, data: [event, ...args] });
    });
  }

  /** Ends the connection with a word to the server. */
  disconnect(): void {
    if (this.#state === 'connected') this.#write({ type: 'disconnect' });
    this.#end('own', 'It was closed here.');
  }

  /** Ends the connection without a word, as a network does. */
  drop(): void {
    this.#end('lost', 'It was closed here.');
  }

  #send(packet: Packet): void {
    if (this.#state === 'connected') this.#write(packet);
    else if (this.#state === 'opening' && this.#buffered.length < maxBuffered) this.#buffered.push(packet);
  }

  #write(packet: Packet): void {
    if (this.#socket.readyState !== open) return;
    for (const frame of encode(packet)) this.#socket.send(frame);
  }

  #message(data: unknown): void {
    if (this.#state === 'ended') return;
    this.#heardAt = Date.now();
    try {
      if (typeof data !== 'string') throw new Error('The server sent binary data.');
      this.#frame(decode(data));
    } catch (error) {
      this.#end('lost', error instanceof Error ? error.message : `${error}`);
    }
  }

  #frame(frame: Frame): void {
    switch (frame.is) {
      case 'open':
        this.#patienceMs = frame.opening.pingInterval + frame.opening.pingTimeout;
        this.#write({ type: 'connect', data: this.#auth });
        break;
      case 'ping':
        if (this.#socket.readyState === open) this.#socket.send(pong);
        break;
      case 'close':
        this.#end('lost', 'The server closed the connection.');
        break;
      case 'packet':
        this.#packet(frame.packet);
        break;
      case 'pong':
      case 'noop':
        break;
    }
  }

  #packet(packet: Packet): void {
    switch (packet.type) {
      case 'connect':
        this.#letIn();
        break;
      case 'connect_error': {
        const { message, data } = Object(packet.data);
        this.#end('server', typeof message === 'string' ? message : 'The server refused.', data);
        break;
      }
      case 'disconnect':
        this.#end('server', 'The server ended the connection.');
        break;
      case 'event':
        this.#handlers.heard?.(packet.data[0], packet.data[1]);
        break;
      case 'ack':
        this.#answered(packet.id, packet.data[0]);
        break;
    }
  }

  #letIn(): void {
    this.#state = 'connected';
    clearTimeout(this.#timer);
    this.#watch(this.#patienceMs);
    const buffered = this.#buffered;
    this.#buffered = [];
    for (const one of buffered) this.#write(one);
    this.#handlers.connected?.();
  }

  #answered(id: number, answer: unknown): void {
    this.#handlers.acknowledged?.(id);
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.resolve(answer);
  }

  /** Ends the connection where the server's pings stay away. */
  #watch(afterMs: number): void {
    this.#timer = setTimeout(() => {
      const leftMs = this.#heardAt + this.#patienceMs - Date.now();
      if (leftMs > 0) this.#watch(leftMs);
      else this.#end('lost', 'The server does not ping any more.');
    }, afterMs);
  }

  #end(ending: Ending, why: string, data?: unknown): void {
    if (this.#state === 'ended') return;
    const wasConnected = this.#state === 'connected';
    this.#state = 'ended';
    this.#buffered = [];
    clearTimeout(this.#timer);
    // k6 stands still when a WebSocket is closed that is not open yet: that is done once it is.
    if (this.#socket.readyState !== connecting) this.#socket.close();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new NoAnswerError('The connection went before the answer came.'));
    }
    this.#waiting.clear();
    if (wasConnected) this.#handlers.disconnected?.(ending);
    else this.#handlers.refused?.(new ConnectError(why || 'The WebSocket could not be opened.', data));
  }
}

function addressOf(url: string): string {
  const base = url.replace(/^http/, 'ws').replace(/\/+$/, '');
  return `${base}/socket.io/?EIO=4&transport=websocket`;
}
