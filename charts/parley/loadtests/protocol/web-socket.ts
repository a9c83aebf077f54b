/** What of the WHATWG's WebSocket both k6/websockets and Node have, as far as it is used here. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string | ArrayBuffer): void;
  close(): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: unknown) => void): void;
}

/** Opens a WebSocket at once; `headers` go along with its request. */
export type OpenWebSocket = (url: string, headers: Readonly<Record<string, string>>) => WebSocketLike;

/** `readyState` of a WebSocket that is not open yet. */
export const connecting = 0;
/** `readyState` of an open WebSocket. */
export const open = 1;
