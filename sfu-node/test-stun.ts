/** Help for tests: an ICE connectivity check over TCP (RFC 8489 in the framing of RFC 4571). */
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import type { IceCandidate, IceParameters } from '@parley/protocol';

const cookie = 0x2112_a442;

/** Sends a binding request as the controlling side and waits for its answer. The connection stays open until disposed of. */
export async function bindOverTcp(
  { address, port }: IceCandidate,
  { usernameFragment, password }: IceParameters,
): Promise<{ answer: 'success' | 'error' } & Disposable> {
  const socket = connect({ host: address, port });
  await once(socket, 'connect');
  const request = bindingRequest(`${usernameFragment}:test`, password);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(request.length);
  socket.write(Buffer.concat([length, request]));
  const [answer]: Buffer[] = await once(socket, 'data');
  return {
    answer: answer?.readUInt16BE(2) === 0x0101 ? 'success' : 'error',
    [Symbol.dispose]: () => socket.destroy(),
  };
}

function bindingRequest(username: string, password: string): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(0x0001, 0);
  header.writeUInt32BE(cookie, 4);
  randomBytes(12).copy(header, 8);
  const body = [
    attribute(0x0006, Buffer.from(username)),
    attribute(0x0024, Buffer.from([0x6e, 0x7f, 0xff, 0xff])),
    attribute(0x0025, Buffer.alloc(0)),
    attribute(0x802a, randomBytes(8)),
  ];
  // Both sums cover a header whose length already counts them.
  const soFar = () => Buffer.concat([header, ...body]);
  header.writeUInt16BE(soFar().length - 20 + 24, 2);
  body.push(attribute(0x0008, createHmac('sha1', password).update(soFar()).digest()));
  header.writeUInt16BE(soFar().length - 20 + 8, 2);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(soFar()) ^ 0x5354_554e) >>> 0);
  body.push(attribute(0x8028, fingerprint));
  return soFar();
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
