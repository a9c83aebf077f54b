import type { Socket } from 'socket.io';

/** As Engine.IO makes it; whoever has the frame of a packet already says so in its options. */
interface Packet {
  type: string;
  data?: string | Buffer;
  options: { wsPreEncodedFrame?: Buffer[] };
}

/** Longer texts are left to the WebSocket, which does not copy them. */
const longest = 0xffff;

/**
 * Has each message written as one buffer. Header and text would else be written as two, which takes the system and Node longer than
 * to join them: a room's message is written once per person. What is made for a whole room is joined once.
 */
export function joinFrames(connection: Socket['conn']): void {
  connection.on('packetCreate', (packet: Packet) => {
    const { type, data, options } = packet;
    const { wsPreEncodedFrame: parts } = options;
    if (parts) {
      if (parts.length > 1) parts.splice(0, parts.length, Buffer.concat(parts));
      return;
    }
    if (type !== 'message' || typeof data !== 'string') return;
    const frame = textFrame(`4${data}`);
    if (frame) packet.options = { ...options, wsPreEncodedFrame: [frame] };
  });
}

/** A whole, unmasked text frame of RFC 6455; undefined if the text is too long. */
export function textFrame(text: string): Buffer | undefined {
  const length = Buffer.byteLength(text);
  if (length > longest) return undefined;
  const start = length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  frame[1] = Math.min(length, 126);
  if (start === 4) frame.writeUInt16BE(length, 2);
  frame.write(text, start);
  return frame;
}
