/** Our framing and that of Socket.IO's own packages say the same. */
import { encodePacket } from 'engine.io-parser';
import fc from 'fast-check';
import { Decoder, Encoder, PacketType } from 'socket.io-parser';
import { expect, test } from 'vitest';
import { decode, encode, FrameError, type Packet, pong } from './packets.ts';

const json = fc.jsonValue();
const name = fc.string().filter(text => !['connect', 'connect_error', 'disconnect'].includes(text));
const id = fc.nat();
const args = fc.tuple(name, json, json);

/** What Socket.IO's parser reads from our frames. */
function readByTheirs(frames: readonly (string | ArrayBuffer)[]) {
  const read: unknown[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', packet => read.push(packet));
  const [text, ...attachments] = frames;
  expect(`${text}`[0]).toBe('4');
  decoder.add(`${text}`.slice(1));
  for (const data of attachments) decoder.add(data);
  expect(read).toHaveLength(1);
  return read[0];
}

/** What their packages send for a packet. */
function sentByTheirs(packet: { type: PacketType; nsp: string; id?: number; data?: unknown }): string {
  let frame = '';
  const [encoded] = new Encoder().encode(packet as Parameters<Encoder['encode']>[0]);
  encodePacket({ type: 'message', data: encoded }, true, data => {
    frame = data as string;
  });
  return frame;
}

test('Socket.IO reads the events and acknowledgements that we write', () => {
  fc.assert(
    fc.property(args, id, (data, id) => {
      const event = readByTheirs(encode({ type: 'event', id, data }));
      expect(event).toEqual({ type: PacketType.EVENT, nsp: '/', id, data: JSON.parse(JSON.stringify(data)) });
      const ack = readByTheirs(encode({ type: 'ack', id, data }));
      expect(ack).toMatchObject({ type: PacketType.ACK, id, data: JSON.parse(JSON.stringify(data)) });
    }),
  );
});

test('Socket.IO reads the binary data that we write', () => {
  fc.assert(
    fc.property(name, fc.uint8Array({ maxLength: 40 }), json, (name, bytes, other) => {
      const event = readByTheirs(encode({ type: 'event', data: [name, { bytes, other, list: [bytes] }] }));
      const [, { bytes: read, list }] = (event as { data: [string, Record<string, ArrayBuffer>] }).data;
      expect(new Uint8Array(read as ArrayBuffer)).toEqual(new Uint8Array(bytes));
      expect(list).toHaveLength(1);
    }),
  );
});

test('we read what Socket.IO writes', () => {
  fc.assert(
    fc.property(args, id, fc.dictionary(fc.string(), json), (data, id, object) => {
      const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
      const cases: [Parameters<typeof sentByTheirs>[0], Packet][] = [
        [
          { type: PacketType.EVENT, nsp: '/', data },
          { type: 'event', data: plain(data) },
        ],
        [
          { type: PacketType.EVENT, nsp: '/', id, data },
          { type: 'event', id, data: plain(data) },
        ],
        [
          { type: PacketType.ACK, nsp: '/', id, data },
          { type: 'ack', id, data: plain(data) },
        ],
        [
          { type: PacketType.CONNECT, nsp: '/', data: object },
          { type: 'connect', data: plain(object) },
        ],
        [
          { type: PacketType.CONNECT_ERROR, nsp: '/', data: object },
          { type: 'connect_error', data: plain(object) },
        ],
        [{ type: PacketType.DISCONNECT, nsp: '/' }, { type: 'disconnect' }],
      ];
      for (const [theirs, ours] of cases) {
        expect(decode(sentByTheirs(theirs))).toEqual({ is: 'packet', packet: ours });
      }
    }),
  );
});

test('we read the frames of Engine.IO, and it reads ours', () => {
  const opening = { sid: 's', pingInterval: 10, pingTimeout: 20, maxPayload: 30 };
  const frameOf = (type: 'open' | 'ping' | 'pong' | 'close' | 'noop', data?: string) => {
    let frame = '';
    encodePacket({ type, ...(data !== undefined && { data }) }, true, encoded => {
      frame = encoded as string;
    });
    return frame;
  };
  expect(decode(frameOf('open', JSON.stringify(opening)))).toEqual({ is: 'open', opening });
  for (const type of ['ping', 'pong', 'close', 'noop'] as const)
    expect(decode(frameOf(type))).toEqual({ is: type });
  expect(frameOf('pong')).toBe(pong);
});

test('anything else is refused with a FrameError, never with another error', () => {
  const refused = (text: string) => {
    try {
      decode(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FrameError);
    }
  };
  for (const text of [
    '',
    '5',
    '7x',
    '0{}',
    '0null',
    '4',
    '49',
    '451-["x"]',
    '42/other,["x"]',
    '42{}',
    '42[1]',
    '43[]',
  ]) {
    expect(() => decode(text), text).toThrow(FrameError);
  }
  fc.assert(fc.property(fc.string(), refused));
  fc.assert(
    fc.property(fc.constantFrom('0', '40', '42', '43', '44', '4'), fc.string(), (a, b) => refused(a + b)),
  );
});
