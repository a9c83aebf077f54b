import { ClipError } from './clip.ts';

const headerBytes = 27;

/**
 * The packets of the first logical stream of an Ogg file, in order.
 *
 * @throws ClipError if it is no whole Ogg file. Checksums are not looked at.
 * @see RFC 3533, section 6
 */
export function oggPackets(file: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let open: Buffer[] = [];
  let stream: number | undefined;
  for (let at = 0; at < file.length; ) {
    if (file.length < at + headerBytes || file.toString('latin1', at, at + 4) !== 'OggS') {
      throw new ClipError(`There is no page of Ogg at byte ${at}.`);
    }
    const serial = file.readUInt32LE(at + 14);
    stream ??= serial;
    const lacing = file.subarray(at + headerBytes, at + headerBytes + file.readUInt8(at + 26));
    let from = at + headerBytes + lacing.length;
    for (const length of lacing) {
      if (from + length > file.length) throw new ClipError('The Ogg file ends in the middle of a page.');
      if (serial === stream) {
        open.push(file.subarray(from, from + length));
        // A segment that is not full ends its packet.
        if (length < 255) {
          packets.push(Buffer.concat(open));
          open = [];
        }
      }
      from += length;
    }
    at = from;
  }
  return packets;
}
