/** The connection that the suite's clients speak over. Other clients of Socket.IO can be looked at with it as well. */
import { io } from 'socket.io-client';

export interface Link {
  readonly connected: boolean;
  emit(event: string, ...args: unknown[]): void;
  /** Resolves with the acknowledgement. @throws Error if none comes in time. */
  ask(timeoutMs: number, event: string, ...args: unknown[]): Promise<unknown>;
  disconnect(): void;
  /** Ends the connection without a word, as a network does. */
  drop(): void;
}

/** What a link tells of. */
export interface LinkHandlers {
  connected(): void;
  refused(error: Error & { data?: unknown }): void;
  disconnected(): void;
  heard(event: string, value: unknown): void;
  /** An acknowledgement came, also one that nobody waits for. */
  acknowledged(id: number): void;
}

export interface LinkOptions {
  readonly url: string;
  readonly auth: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

export type OpenLink = (options: LinkOptions, handlers: LinkHandlers) => Link;

/** By Socket.IO's own client. */
export const openSocketIo: OpenLink = ({ url, auth, headers }, handlers) => {
  const socket = io(url, {
    transports: ['websocket'],
    auth,
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
  });
  socket.on('connect', handlers.connected);
  socket.on('connect_error', handlers.refused);
  socket.on('disconnect', handlers.disconnected);
  socket.onAny(handlers.heard);
  socket.io.engine.on('packet', ({ data }: { data?: unknown }) => {
    const id = typeof data === 'string' ? /^3(\d+)\[/.exec(data)?.[1] : undefined;
    if (id !== undefined) handlers.acknowledged(Number(id));
  });
  return {
    get connected() {
      return socket.connected;
    },
    emit: (event, ...args) => void socket.emit(event, ...args),
    ask: (timeoutMs, event, ...args) => socket.timeout(timeoutMs).emitWithAck(event, ...args),
    disconnect: () => void socket.disconnect(),
    drop: () => void socket.io.engine.close(),
  };
};
