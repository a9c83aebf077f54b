/** The protocol's client over Node's own WebSocket. */
import { SocketIoClient, type SocketIoHandlers } from '../protocol/socket-io.ts';
import type { OpenWebSocket, WebSocketLike } from '../protocol/web-socket.ts';

/** Node's takes the headers of its request, which the standard has no place for. */
const NodeWebSocket = WebSocket as unknown as new (
  url: string,
  init: { headers: Readonly<Record<string, string>> },
) => WebSocketLike;

export const openWebSocket: OpenWebSocket = (url, headers) => new NodeWebSocket(url, { headers });

/** Connects as the conformance suite wants it. */
export function linkOverWebSocket(
  options: { url: string; auth: object; headers: Readonly<Record<string, string>> },
  handlers: SocketIoHandlers,
): SocketIoClient {
  return new SocketIoClient({ ...options, open: openWebSocket }, handlers);
}
