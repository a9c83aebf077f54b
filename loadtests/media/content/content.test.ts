import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bitRateOf, ownClips, readClip } from './index.ts';
import { oggPackets } from './ogg.ts';
import { opusClip, ticksOf } from './opus.ts';
import { vp8Clip } from './vp8.ts';

const [sound, picture] = await Promise.all([readFile(ownClips.audio), readFile(ownClips.video)]);

/** A page of Ogg with these segments. */
function page(
  serial: number,
  segments: readonly Buffer[],
  lacing = segments.map(({ length }) => length),
): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 'latin1');
  head.writeUInt32LE(serial, 14);
  head.writeUInt8(lacing.length, 26);
  return Buffer.concat([head, Buffer.from(lacing), ...segments]);
}

describe('sound', () => {
  it('is read as packets of 20 ms', async () => {
    const clip = await readClip('audio', ownClips.audio);
    expect(clip.clockRate).toBe(48_000);
    expect(clip.frames.length).toBeGreaterThanOrEqual(200);
    expect(new Set(clip.frames.map(({ ticks }) => ticks))).toEqual(new Set([960]));
    expect(bitRateOf(clip)).toBeGreaterThan(10_000);
  });

  it('of several pages and streams is that of the first one', () => {
    const long = Buffer.alloc(255, 1);
    const file = Buffer.concat([
      page(1, [Buffer.from('a')]),
      page(2, [Buffer.from('x')]),
      page(1, [long]),
      page(1, [Buffer.from('b'), Buffer.alloc(0)]),
    ]);
    expect(oggPackets(file).map(({ length }) => length)).toEqual([1, 256, 0]);
  });

  it.each([
    ['one frame of 20 ms of SILK', [0b00001_000], 960],
    ['two of 60 ms', [0b00011_001], 5_760],
    ['three of 10 ms of hybrid', [0b01100_011, 3], 1_440],
    ['one of 2.5 ms of CELT', [0b10000_000], 120],
  ])('%s lasts as RFC 6716 says', (_, bytes, ticks) => {
    expect(ticksOf(Buffer.from(bytes))).toBe(ticks);
  });

  it('is refused with what is wrong', () => {
    expect(() => opusClip(Buffer.from('no Ogg at all, but long enough to be a page'))).toThrow(
      'no page of Ogg at byte 0',
    );
    expect(() => opusClip(sound.subarray(0, 5_000))).toThrow('ends in the middle');
    expect(() => opusClip(page(1, [Buffer.from('vorbis')]))).toThrow('no Opus');
    expect(() => ticksOf(Buffer.from([0b00011_011, 63]))).toThrow('damaged');
    expect(() => ticksOf(Buffer.alloc(0))).toThrow('empty');
  });
});

describe('a picture', () => {
  it('is read as frames with a key frame each second, in packets that fit', async () => {
    const clip = await readClip('video', ownClips.video);
    expect(clip.frames).toHaveLength(120);
    expect(clip.frames.flatMap(({ key }, index) => (key ? [index] : []))).toEqual([0, 30, 60, 90]);
    expect(new Set(clip.frames.map(({ ticks }) => ticks))).toEqual(new Set([3_000]));
    const payloads = clip.frames.flatMap(frame => frame.payloads);
    expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThan(1_170);
    // The first packet of a frame says so, and no other.
    for (const frame of clip.frames) {
      expect(frame.payloads.map(payload => payload[0])).toEqual(
        frame.payloads.map((_, index) => (index === 0 ? 0x10 : 0)),
      );
    }
  });

  it('loses nothing on its way into packets', async () => {
    const clip = await readClip('video', ownClips.video);
    const first = Buffer.concat((clip.frames[0]?.payloads ?? []).map(payload => payload.subarray(1)));
    expect(first.equals(picture.subarray(44, 44 + first.length))).toBe(true);
    expect(first).toHaveLength(picture.readUInt32LE(32));
  });

  it('is refused with what is wrong', async () => {
    expect(() => vp8Clip(picture.subarray(0, 10_000))).toThrow('middle of a frame');
    const other = Buffer.from(picture);
    other.write('VP90', 8, 'latin1');
    expect(() => vp8Clip(other)).toThrow('VP90 instead of VP8');
    const later = Buffer.from(picture);
    later.writeUInt8(1, 44);
    expect(() => vp8Clip(later)).toThrow('does not begin with a key frame');
    await expect(readClip('video', ownClips.audio)).rejects.toThrow(
      /microphone.ogg cannot be sent as video.*no IVF/,
    );
  });
});
