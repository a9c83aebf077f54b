/** Help for tests: what STUN messages and channel data travel over. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, isIPv6 } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Address {
  address: string;
  port: number;
}

/** How packets get to the server and back. */
export interface Wire {
  send(packet: Buffer): void;
  onPacket(take: (packet: Buffer) => void): void;
  close(): void;
}

export async function udpWire({ address, port }: Address): Promise<Wire> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  // A port that nothing listens on any more.
  socket.on('error', () => {});
  socket.connect(port, address);
  await once(socket, 'connect');
  return {
    send: packet => socket.send(packet),
    onPacket: take => socket.on('message', take),
    close: () => socket.close(),
  };
}

export async function streamWire({ address: host, port }: Address, over: 'tcp' | 'tls'): Promise<Wire> {
  const socket =
    over === 'tcp' ? connectTcp({ host, port }) : connectTls({ host, port, rejectUnauthorized: false });
  await once(socket, over === 'tcp' ? 'connect' : 'secureConnect');
  socket.on('error', () => {});
  return {
    send: packet => void socket.write(packet),
    onPacket(take) {
      let waiting: Buffer = Buffer.alloc(0);
      socket.on('data', chunk => {
        waiting = Buffer.concat([waiting, chunk]);
        while (waiting.length >= 4) {
          const length = isChannelData(waiting)
            ? 4 * Math.ceil((4 + waiting.readUInt16BE(2)) / 4)
            : 20 + waiting.readUInt16BE(2);
          if (waiting.length < length) return;
          take(waiting.subarray(0, length));
          waiting = waiting.subarray(length);
        }
      });
    },
    close: () => socket.destroy(),
  };
}

export function isChannelData(packet: Buffer): boolean {
  return (packet[0] ?? 0) >= 0x40;
}
