import { type Clip, ClipError } from './clip.ts';
import { oggPackets } from './ogg.ts';

const clockRate = 48_000;

/** Largest packet that is sent: one with RTP's header has to fit into 1200 bytes. */
const mostBytes = 1_160;

/**
 * Sound of an Ogg file with Opus. Each packet of the file is one of RTP (RFC 7587, section 4.2).
 *
 * @throws ClipError if it is no Ogg file with Opus, or its packets are too large for RTP
 * @see RFC 7845, section 3
 */
export function opusClip(file: Buffer): Clip {
  const [head, , ...packets] = oggPackets(file);
  if (head?.toString('latin1', 0, 8) !== 'OpusHead') throw new ClipError('The Ogg file holds no Opus.');
  if (packets.length === 0) throw new ClipError('The Ogg file holds no sound.');
  const frames = packets.map(packet => {
    if (packet.length > mostBytes) {
      throw new ClipError(
        `A packet of ${packet.length} bytes does not fit into RTP. Encode with fewer bits per second.`,
      );
    }
    return { payloads: [packet], ticks: ticksOf(packet), key: true };
  });
  return { kind: 'audio', clockRate, frames };
}

/** How long a packet sounds, in ticks of 48 kHz: RFC 6716, section 3.1. @throws ClipError for one that breaks its rules */
export function ticksOf(packet: Buffer): number {
  const [toc, count] = packet;
  if (toc === undefined) throw new ClipError('A packet of Opus is empty.');
  const frames = [1, 2, 2, (count ?? 0) & 0x3f][toc & 3] ?? 0;
  const ticks = frames * frameTicks(toc >> 3);
  // 120 ms are the most.
  if (ticks === 0 || ticks > 5_760) throw new ClipError('A packet of Opus is damaged.');
  return ticks;
}

/** Ticks of one frame of a configuration, 0 to 31. */
function frameTicks(configuration: number): number {
  // SILK: 10, 20, 40 or 60 ms; hybrid: 10 or 20; CELT: 2.5, 5, 10 or 20.
  if (configuration < 12) return [480, 960, 1_920, 2_880][configuration & 3] ?? 0;
  if (configuration < 16) return [480, 960][configuration & 1] ?? 0;
  return [120, 240, 480, 960][configuration & 3] ?? 0;
}
