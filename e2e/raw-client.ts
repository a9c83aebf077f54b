import { protocolVersion } from '@parley/protocol';
import { io, type Socket } from 'socket.io-client';

/** An answer that nothing has checked. */
export type RawAnswer =
  | { ok: true; value: Record<string, unknown> }
  | { ok: false; error: { code: string; message: string; path?: string } };

/** A client that sends whatever it is told to. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  request(name: string, body: unknown): Promise<RawAnswer>;
}

export async function connectRaw(webUrl: string): Promise<RawClient> {
  const socket = io(webUrl, {
    transports: ['websocket'],
    auth: { version: protocolVersion },
    reconnection: false,
    forceNew: true,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    socket,
    request: (name, body) => socket.timeout(10_000).emitWithAck(name, body),
    [Symbol.dispose]: () => socket.close(),
  };
}
