/** `k6/websockets` on Node: Node's own WebSocket, as far as the scenarios use it. */
import type { WebSocketLike } from '../../protocol/web-socket.ts';
import { record } from '../samples.ts';
import { openWebSocket } from '../web-socket.ts';

interface Params {
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

record.declare('ws_sessions', 'counter', false);
record.declare('ws_connecting', 'trend', true);

/** A constructor that answers with Node's, as k6's answers with an object of its own. */
export const WebSocket = function WebSocket(
  url: string,
  _protocols: null,
  { headers = {}, tags = {} }: Params,
) {
  const began = performance.now();
  const socket = openWebSocket(url, headers);
  record.add('ws_sessions', 1, tags);
  socket.addEventListener('open', () => record.add('ws_connecting', performance.now() - began, tags));
  return socket;
} as unknown as new (
  url: string,
  protocols: null,
  params: Params,
) => WebSocketLike;
