/** Help for tests: a TURN client (RFC 8656) with credentials as signaling makes them. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { v6Value } from './address-range.ts';
import { type Address, isChannelData, streamWire, udpWire, type Wire } from './test-turn-wire.ts';

export type { Address } from './test-turn-wire.ts';

const cookie = 0x2112_a442;
const resendMs = 300;
const patienceMs = 5_000;

const methods = { allocate: 3, refresh: 4, createPermission: 8, channelBind: 9, connect: 10 } as const;
export type Method = keyof typeof methods;
const indications = { send: 0x0016, data: 0x0017 } as const;
const types = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  channel: 0x000c,
  lifetime: 0x000d,
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  family: 0x0017,
  transport: 0x0019,
} as const;
export const transports = { tcp: 6, udp: 17 } as const;

/** Addresses are masked with the id of their message. */
type Value = Buffer | ((id: Buffer) => Buffer);
type Attributes = readonly (readonly [number, Value])[];
interface Message {
  type: number;
  id: Buffer;
  attributes: Map<number, Buffer>;
}
/** 0 for success, or the code of the error. */
export type Outcome = number;

/** `username` and `credential` of the REST scheme (draft-uberti-behave-turn-rest). */
export function credentials(secret: string, participant = randomBytes(4).toString('hex')) {
  const username = `${Math.floor(Date.now() / 1_000) + 3_600}:${participant}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

type Credentials = ReturnType<typeof credentials>;

export class TurnClient implements Disposable {
  readonly #wire: Wire;
  readonly #username: string;
  readonly #credential: string;
  readonly #waiting = new Map<string, (message: Message) => void>();
  readonly #received: string[] = [];
  #realm = '';
  #nonce: Buffer | undefined;

  private constructor(wire: Wire, { username, credential }: Credentials) {
    this.#wire = wire;
    this.#username = username;
    this.#credential = credential;
    wire.onPacket(packet => this.#take(packet));
  }

  static async open(server: Address, credentials: Credentials, over: 'udp' | 'tcp' | 'tls' = 'udp') {
    const wire = over === 'udp' ? await udpWire(server) : await streamWire(server, over);
    return new TurnClient(wire, credentials);
  }

  /** Data that came, from channels and indications. */
  get received(): readonly string[] {
    return this.#received;
  }

  /** @param family browsers ask for none. */
  allocate(transport: number = transports.udp, family?: 4 | 6): Promise<Outcome> {
    const asked: Attributes = family ? [[types.family, Buffer.from([family === 6 ? 2 : 1, 0, 0, 0])]] : [];
    return this.request('allocate', [[types.transport, Buffer.from([transport, 0, 0, 0])], ...asked]);
  }

  /** @param seconds 0 gives the allocation back. */
  refresh(seconds: number): Promise<Outcome> {
    return this.request('refresh', [[types.lifetime, uint32(seconds)]]);
  }

  createPermission(peer: Address): Promise<Outcome> {
    return this.request('createPermission', [[types.peer, xorAddress(peer)]]);
  }

  bindChannel(channel: number, peer: Address): Promise<Outcome> {
    return this.request('channelBind', [
      [types.channel, Buffer.from([channel >> 8, channel & 0xff, 0, 0])],
      [types.peer, xorAddress(peer)],
    ]);
  }

  /** Asks for a TCP connection to a peer (RFC 6062). */
  connectTcp(peer: Address): Promise<Outcome> {
    return this.request('connect', [[types.peer, xorAddress(peer)]]);
  }

  /** Sends an indication, which nobody answers. */
  send(peer: Address, text: string): void {
    this.#wire.send(
      encode(indications.send, randomBytes(12), [
        [types.peer, xorAddress(peer)],
        [types.data, Buffer.from(text)],
      ]),
    );
  }

  sendOnChannel(channel: number, text: string): void {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(channel, 0);
    head.writeUInt16BE(Buffer.byteLength(text), 2);
    // Streams ask for the padding, datagrams allow it.
    const padding = Buffer.alloc((4 - (Buffer.byteLength(text) % 4)) % 4);
    this.#wire.send(Buffer.concat([head, Buffer.from(text), padding]));
  }

  /** @throws Error if nothing answers. */
  async request(method: Method, attributes: Attributes): Promise<Outcome> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#ask(methods[method], attributes);
      const error = answer.attributes.get(types.error);
      if (!error) return 0;
      const code = (error[2] ?? 0) * 100 + (error[3] ?? 0);
      const challenged = (code === 401 && !this.#nonce) || code === 438;
      this.#nonce = answer.attributes.get(types.nonce);
      this.#realm = `${answer.attributes.get(types.realm) ?? this.#realm}`;
      if (!challenged || attempt > 2) return code;
    }
  }

  [Symbol.dispose](): void {
    this.#wire.close();
  }

  async #ask(type: number, attributes: Attributes): Promise<Message> {
    const id = randomBytes(12);
    const message = this.#nonce
      ? this.#sign(type, id, attributes, this.#nonce)
      : encode(type, id, attributes);
    const answer = new Promise<Message>((resolve, reject) => {
      this.#waiting.set(id.toString('hex'), resolve);
      setTimeout(() => reject(new Error('The TURN server did not answer.')), patienceMs).unref();
    });
    const resend = setInterval(() => this.#wire.send(message), resendMs);
    this.#wire.send(message);
    try {
      return await answer;
    } finally {
      clearInterval(resend);
      this.#waiting.delete(id.toString('hex'));
    }
  }

  #sign(type: number, id: Buffer, attributes: Attributes, nonce: Buffer): Buffer {
    const all: Attributes = [
      ...attributes,
      [types.username, Buffer.from(this.#username)],
      [types.realm, Buffer.from(this.#realm)],
      [types.nonce, nonce],
    ];
    const unsigned = encode(type, id, all);
    // The length that is signed already counts the signature.
    unsigned.writeUInt16BE(unsigned.length - 20 + 24, 2);
    const key = createHash('md5').update(`${this.#username}:${this.#realm}:${this.#credential}`).digest();
    const integrity = createHmac('sha1', key).update(unsigned).digest();
    return encode(type, id, [...all, [types.integrity, integrity]]);
  }

  #take(packet: Buffer): void {
    if (isChannelData(packet)) {
      this.#received.push(`${packet.subarray(4, 4 + packet.readUInt16BE(2))}`);
      return;
    }
    const message = decode(packet);
    if (message.type === indications.data) this.#received.push(`${message.attributes.get(types.data)}`);
    else this.#waiting.get(message.id.toString('hex'))?.(message);
  }
}

function encode(type: number, id: Buffer, attributes: Attributes): Buffer {
  const body = attributes.map(([attributeType, maker]) => {
    const value = typeof maker === 'function' ? maker(id) : maker;
    const head = Buffer.alloc(4);
    head.writeUInt16BE(attributeType, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  });
  const head = Buffer.alloc(20);
  const whole = Buffer.concat([head, ...body]);
  whole.writeUInt16BE(type, 0);
  whole.writeUInt16BE(whole.length - 20, 2);
  whole.writeUInt32BE(cookie, 4);
  id.copy(whole, 8);
  return whole;
}

function decode(packet: Buffer): Message {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(at + 2);
    attributes.set(packet.readUInt16BE(at), packet.subarray(at + 4, at + 4 + length));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return { type: packet.readUInt16BE(0), id: packet.subarray(8, 20), attributes };
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function xorAddress({ address, port }: Address): Value {
  const bytes = isIPv6(address)
    ? Buffer.from(v6Value(address).toString(16).padStart(32, '0'), 'hex')
    : Buffer.from(address.split('.').map(Number));
  return id => {
    const mask = Buffer.concat([uint32(cookie), id]);
    const head = Buffer.from([0, isIPv6(address) ? 2 : 1, 0, 0]);
    head.writeUInt16BE(port ^ (cookie >>> 16), 2);
    return Buffer.concat([head, bytes.map((byte, index) => byte ^ (mask[index] ?? 0))]);
  };
}
