import { maxMessageBytes } from '@parley/protocol';
import { Decoder, Encoder, PacketType } from 'socket.io-parser';

/** The event that stands in for a message that was too large to be read. */
export const oversized = 'parley:oversized';

/** Longest first line of a message: the packet's type, perhaps a namespace, and the id of its acknowledgement. */
const head = /^2(?:\/,)?(\d{0,15})\[/;

/**
 * Socket.IO's decoder, which leaves messages over the limit unread and lets the connection live. The protocol has no
 * binary messages: like every violation of Socket.IO's own protocol, they end the connection.
 */
export class LimitedDecoder extends Decoder {
  override add(message: unknown): void {
    if (typeof message !== 'string' || message.startsWith('5') || message.startsWith('6')) {
      throw new Error('binary messages are not part of the protocol');
    }
    if (message.length <= maxMessageBytes && Buffer.byteLength(message) <= maxMessageBytes) {
      super.add(message);
      return;
    }
    const match = head.exec(message);
    if (!match) throw new Error('too large for anything but a request');
    const id = match[1] ? { id: Number(match[1]) } : {};
    this.emitReserved('decoded', { type: PacketType.EVENT, nsp: '/', data: [oversized], ...id });
  }
}

/** For Socket.IO's option `parser`. */
export const limitedParser = { Encoder, Decoder: LimitedDecoder };
