import { type Clip, ClipError } from './clip.ts';

const clockRate = 90_000;
const fileHeaderBytes = 32;
const frameHeaderBytes = 12;

/** What a packet carries of a picture at most, so that it stays below 1200 bytes with its headers. */
const mostBytes = 1_160;

/**
 * Pictures of an IVF file with VP8, in packets by RFC 7741: a descriptor of one byte, then a part of the frame.
 *
 * @throws ClipError if it is no IVF file with VP8 that begins with a key frame
 */
export function vp8Clip(file: Buffer): Clip {
  if (file.toString('latin1', 0, 4) !== 'DKIF' || file.length < fileHeaderBytes) {
    throw new ClipError('This is no IVF file.');
  }
  const codec = file.toString('latin1', 8, 12);
  if (codec !== 'VP80') throw new ClipError(`The IVF file holds ${codec} instead of VP8.`);
  const [rate, scale] = [file.readUInt32LE(16), file.readUInt32LE(20)];
  if (rate === 0 || scale === 0) throw new ClipError('The IVF file does not say how long a frame lasts.');

  const pictures: { at: number; frame: Buffer }[] = [];
  for (let at = file.readUInt16LE(6); at < file.length; ) {
    const end =
      file.length < at + frameHeaderBytes ? Infinity : at + frameHeaderBytes + file.readUInt32LE(at);
    if (end > file.length) throw new ClipError('The IVF file ends in the middle of a frame.');
    const shownAt = Number(file.readBigUInt64LE(at + 4));
    const frame = file.subarray(at + frameHeaderBytes, end);
    if (frame.length > 0) pictures.push({ at: (shownAt * clockRate * scale) / rate, frame });
    at = end;
  }
  const usual = (clockRate * scale) / rate;
  const frames = pictures.map(({ at, frame }, index) => {
    const next = pictures[index + 1]?.at ?? at + usual;
    if (next <= at) throw new ClipError('The frames of the IVF file are not in order.');
    // RFC 6386, section 9.1: the lowest bit is 0 in key frames.
    return { payloads: packetsOf(frame), ticks: next - at, key: ((frame[0] ?? 1) & 1) === 0 };
  });
  if (!frames[0]?.key) throw new ClipError('The IVF file does not begin with a key frame.');
  return { kind: 'video', clockRate, frames };
}

/** RFC 7741, section 4.2: S is set where a frame begins. */
function packetsOf(frame: Buffer): Buffer[] {
  const count = Math.ceil(frame.length / mostBytes);
  // Parts of the same size go better with pacing than a small last one.
  const size = Math.ceil(frame.length / count);
  return Array.from({ length: count }, (_, index) =>
    Buffer.concat([Buffer.of(index === 0 ? 0x10 : 0), frame.subarray(index * size, (index + 1) * size)]),
  );
}
