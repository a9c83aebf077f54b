import { describe, expect, it } from 'vitest';
import type { Clip } from './content/clip.ts';
import { asksKeyFrame, clipParameters, Playback } from './playback.ts';
import { seeded } from './random.ts';
import { StreamCount } from './stream-count.ts';

/** Ten frames a second, of two packets each, the first and the sixth of which are key frames. */
const clip: Clip = {
  kind: 'video',
  clockRate: 90_000,
  frames: Array.from({ length: 10 }, (_, index) => ({
    payloads: [Buffer.from([0x10, index]), Buffer.from([0, index])],
    ticks: 9_000,
    key: index % 5 === 0,
  })),
};

function start(send: (packet: Buffer) => boolean = () => true) {
  const sent: Buffer[] = [];
  const take = (packet: Buffer) => {
    sent.push(Buffer.from(packet));
    return send(packet);
  };
  return { sent, playback: new Playback(clip, clipParameters(clip, 4711), seeded(1), take, 0) };
}
const framesOf = (packets: Buffer[]) =>
  packets.filter((_, index) => index % 2 === 0).map(packet => packet[13]);

describe('a clip that is played', () => {
  it('is sent in real time, over and over, with numbers and times that go on', () => {
    const { sent, playback } = start();
    for (let now = 0; now <= 1_200; now += 5) playback.play(now);
    expect(framesOf(sent)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]);
    const steps = (at: number, bits: number) =>
      sent.slice(1).map((packet, index) => {
        const [one, other] = [sent[index], packet].map(each =>
          bits === 16 ? (each?.readUInt16BE(at) ?? 0) : (each?.readUInt32BE(at) ?? 0),
        );
        return ((other ?? 0) - (one ?? 0)) & 0xffff;
      });
    expect(new Set(steps(2, 16))).toEqual(new Set([1]));
    expect(steps(4, 32)).toEqual(sent.slice(1).map((_, index) => (index % 2 === 0 ? 0 : 9_000)));
    // The last packet of each picture is marked.
    expect(sent.map(packet => (packet[1] ?? 0) >> 7)).toEqual(sent.map((_, index) => index % 2));
    expect(sent[0]?.readUInt32BE(8)).toBe(4711);
  });

  it('goes on with the next key frame when one is asked for, not too often', () => {
    const { sent, playback } = start();
    playback.play(0);
    playback.askKeyFrame();
    playback.play(100);
    playback.askKeyFrame();
    for (const now of [200, 300]) playback.play(now);
    playback.play(400);
    expect(framesOf(sent)).toEqual([0, 5, 6, 7, 0]);
    expect(playback.keyFrames).toBe(2);
  });

  it('does not catch up after a long pause', () => {
    const { sent, playback } = start();
    playback.play(0);
    playback.play(10_000);
    expect(framesOf(sent)).toEqual([0, 1]);
  });

  it('counts what went, and what did not is missed by the receiver', () => {
    let turn = 0;
    const count = new StreamCount();
    const take = count.track();
    const { playback } = start(packet => {
      if (turn++ % 4 === 1) return false;
      take(packet, turn);
      return true;
    });
    for (let now = 0; now < 1_000; now += 100) playback.play(now);
    expect(playback.packets).toBe(15);
    expect(count).toMatchObject({ received: 15, lost: 5 });
  });
});

it('RTCP that asks for a key frame is told from other, in compounds too', () => {
  const report = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 1]);
  const pli = Buffer.from([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
  const nack = Buffer.from([0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 0]);
  expect([report, nack, Buffer.concat([report, pli]), pli, Buffer.alloc(2)].map(asksKeyFrame)).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
});

describe('gaps', () => {
  const packet = (number: number) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(number, 2);
    bytes.writeUInt8(96, 1);
    return bytes;
  };

  it('are the longest time between two packets, also over tracks, and to the end', () => {
    const count = new StreamCount();
    const [one, other] = [count.track(), count.track()];
    one(packet(1), 1_000);
    one(packet(2), 1_020);
    other(packet(700), 1_100);
    expect(count.longestGap(1_110)).toBe(80);
    expect(count.longestGap(1_300)).toBe(200);
    count.end(1_150);
    other(packet(701), 9_000);
    expect(count.longestGap(9_000)).toBe(80);
    expect(count).toMatchObject({ received: 4, lost: 0, firstAt: 1_000 });
  });
});
