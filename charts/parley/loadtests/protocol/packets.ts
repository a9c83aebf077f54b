/**
 * Engine.IO 4 and Socket.IO 5 as they travel over a WebSocket, in the root namespace.
 * https://github.com/socketio/engine.io-protocol, https://github.com/socketio/socket.io-protocol
 */

/** What the server says of the connection as it opens it. */
export interface Opening {
  readonly sid: string;
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly maxPayload: number;
}

/** A packet of Socket.IO. Binary ones can be sent and are never received: Parley's signaling sends none. */
export type Packet =
  | { readonly type: 'connect'; readonly data?: unknown }
  | { readonly type: 'disconnect' }
  | { readonly type: 'event'; readonly id?: number; readonly data: readonly [string, ...unknown[]] }
  | { readonly type: 'ack'; readonly id: number; readonly data: readonly unknown[] }
  | { readonly type: 'connect_error'; readonly data: unknown };

/** A text frame from the server. */
export type Frame =
  | { readonly is: 'open'; readonly opening: Opening }
  | { readonly is: 'close' }
  | { readonly is: 'ping' }
  | { readonly is: 'pong' }
  | { readonly is: 'noop' }
  | { readonly is: 'packet'; readonly packet: Packet };

/** Something came that is neither protocol. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly code = 'bad_frame';
}

export const pong = '3';

const types = ['connect', 'disconnect', 'event', 'ack', 'connect_error'] as const;
const binaryEvent = 5;

/** The frames of a packet: one of text, and one more for each piece of binary data in it. */
export function encode(packet: Packet): [string, ...ArrayBuffer[]] {
  const type = types.indexOf(packet.type);
  if (packet.type === 'disconnect') return [`4${type}`];
  if (packet.type === 'connect') {
    return [`4${type}${packet.data === undefined ? '' : JSON.stringify(packet.data)}`];
  }
  if (packet.type === 'connect_error') return [`4${type}${JSON.stringify(packet.data)}`];
  const attachments: ArrayBuffer[] = [];
  const data = JSON.stringify(withPlaceholders(packet.data, attachments));
  const id = packet.id ?? '';
  if (attachments.length === 0) return [`4${type}${id}${data}`];
  return [`4${type - 2 + binaryEvent}${attachments.length}-${id}${data}`, ...attachments];
}

/** Reads a text frame. @throws FrameError */
export function decode(frame: string): Frame {
  const rest = frame.slice(1);
  switch (frame[0]) {
    case '0':
      return { is: 'open', opening: openingOf(parse(rest)) };
    case '1':
      return { is: 'close' };
    case '2':
      return { is: 'ping' };
    case '3':
      return { is: 'pong' };
    case '4':
      return { is: 'packet', packet: packetOf(rest) };
    case '6':
      return { is: 'noop' };
    default:
      throw new FrameError(`No frame of Engine.IO 4 begins with "${frame.slice(0, 1)}".`);
  }
}

function packetOf(text: string): Packet {
  const type = types[Number(text[0])];
  if (text.length === 0 || type === undefined) {
    throw new FrameError(`No packet that is expected here begins with "${text.slice(0, 1)}".`);
  }
  if (text[1] === '/') throw new FrameError('A packet is for another namespace.');
  const digits = /^\d+/.exec(text.slice(1))?.[0] ?? '';
  const json = text.slice(1 + digits.length);
  const data = json === '' ? undefined : parse(json);
  const id = digits === '' ? undefined : Number(digits);
  switch (type) {
    case 'connect':
      return data === undefined ? { type } : { type, data };
    case 'disconnect':
      return { type };
    case 'connect_error':
      return { type, data };
    case 'ack':
      if (id === undefined || !Array.isArray(data))
        throw new FrameError('An acknowledgement is not complete.');
      return { type, id, data };
    case 'event': {
      if (!Array.isArray(data)) throw new FrameError('An event has no list of arguments.');
      const [name, ...args] = data as unknown[];
      if (typeof name !== 'string') throw new FrameError('An event has no name.');
      return { type, data: [name, ...args], ...(id !== undefined && { id }) };
    }
  }
}

function openingOf(value: unknown): Opening {
  const { sid, pingInterval, pingTimeout, maxPayload } = Object(value);
  if (typeof sid !== 'string' || typeof pingInterval !== 'number' || typeof pingTimeout !== 'number') {
    throw new FrameError('The server opened the connection with words that are not those of Engine.IO 4.');
  }
  return { sid, pingInterval, pingTimeout, maxPayload: typeof maxPayload === 'number' ? maxPayload : 1e6 };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new FrameError(`This is no JSON: ${json.slice(0, 80)}`);
  }
}

/** The value with a placeholder for every piece of binary data in it, which goes to `found`. */
function withPlaceholders(value: unknown, found: ArrayBuffer[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const binary = bytesOf(value);
  if (binary) return { _placeholder: true, num: found.push(binary) - 1 };
  if (Array.isArray(value)) return value.map(one => withPlaceholders(one, found));
  if ('toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withPlaceholders(one, found)]));
}

function bytesOf(value: object): ArrayBuffer | undefined {
  if (value instanceof ArrayBuffer) return value;
  if (!ArrayBuffer.isView(value)) return undefined;
  const copy = new Uint8Array(value.byteLength);
  copy.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return copy.buffer;
}
