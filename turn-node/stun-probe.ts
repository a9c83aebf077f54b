import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const cookie = 0x2112_a442;

/** Asks a STUN server over UDP who we are (RFC 8489) and says whether it answered within `timeoutMs`. */
export function answersStun(host: string, port: number, timeoutMs: number): Promise<boolean> {
  const id = randomBytes(12);
  const request = Buffer.alloc(20);
  request.writeUInt16BE(bindingRequest, 0);
  request.writeUInt32BE(cookie, 4);
  id.copy(request, 8);
  return new Promise(resolve => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const end = (answered: boolean) => {
      clearTimeout(timer);
      socket.removeAllListeners('message');
      socket.close();
      resolve(answered);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    socket.once('error', () => end(false));
    socket.on('message', message => {
      if (message.length < 20 || !message.subarray(8, 20).equals(id)) return;
      end(message.readUInt16BE(0) === bindingSuccess);
    });
    // A port without a listener answers a connected socket, and the wait is over at once.
    socket.connect(port, host, () => socket.send(request));
  });
}
