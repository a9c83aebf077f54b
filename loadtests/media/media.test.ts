import { describe, expect, it } from 'vitest';
import { ArrivalCount } from './arrivals.ts';
import { CameraFrames, packetBytes, receivingCapabilities } from './camera.ts';
import { describeSfu } from './sdp.ts';

function packet(number: number, type = 96): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(type, 1);
  bytes.writeUInt16BE(number, 2);
  return bytes;
}

describe('what arrived', () => {
  it('is counted, and so is what is missing, also past the highest number and out of order', () => {
    const count = new ArrivalCount();
    for (const number of [65_533, 65_535, 65_534, 1, 0, 4]) count.take(packet(number));
    expect(count).toMatchObject({ received: 6, lost: 2 });
  });

  it('is no RTCP', () => {
    const count = new ArrivalCount();
    count.take(packet(1));
    // A sender report, type 200.
    count.take(packet(7, 200));
    expect(count).toMatchObject({ received: 1, lost: 0 });
  });
});

describe('a camera', () => {
  it('sends what it is told to in frames, the first of which can be shown alone', () => {
    const sent: Buffer[] = [];
    const frames = new CameraFrames(4711, 65_535);
    const count = Array.from({ length: 300 }, (_, frame) =>
      frames.next(frame * 3_000, frame === 0, 1_000_000, each => sent.push(Buffer.from(each))),
    ).reduce((sum, one) => sum + one, 0);
    expect(sent).toHaveLength(count);
    // 300 frames are ten seconds.
    expect(count).toBe(Math.floor(10_000_000 / 8 / packetBytes));
    const numbers = sent.slice(0, 4).map(each => each.readUInt16BE(2));
    expect(numbers).toEqual([65_535, 0, 1, 2]);
    const first = sent[0]?.subarray(12, 14);
    expect([...(first ?? [])]).toEqual([0x10, 0]);
    const marked = sent.filter(each => (each[1] ?? 0) & 0x80);
    expect(marked).toHaveLength(300);
  });

  it('sends a key frame at any rate, and others once there is enough for a packet', () => {
    const frames = new CameraFrames(1, 0);
    const counts = Array.from({ length: 4 }, (_, frame) =>
      frames.next(frame, frame === 0, 150_000, () => {}),
    );
    expect(counts).toEqual([1, 0, 0, 1]);
  });
});

it('of a router, a native peer takes what it understands', () => {
  const vp8 = { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 101, clockRate: 90_000 } as const;
  const rtx = {
    ...vp8,
    mimeType: 'video/rtx',
    preferredPayloadType: 102,
    parameters: { apt: 101 },
  };
  const opus = { ...vp8, kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100 } as const;
  const rtcpFeedback = [{ type: 'nack' }, { type: 'transport-cc' }];
  const taken = receivingCapabilities({ codecs: [opus, { ...vp8, rtcpFeedback }, rtx] });
  expect(taken.codecs?.map(({ preferredPayloadType }) => preferredPayloadType)).toEqual([100, 101, 102]);
  expect(JSON.stringify(taken)).not.toContain('transport-cc');
});

it('an SFU is described with a section for each track', () => {
  const codec = { mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 };
  const sdp = describeSfu(
    {
      iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
      dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
    },
    'actpass',
    [1, 2].map(ssrc => ({ kind: 'video', codec, ssrc })),
  );
  expect(sdp).toContain('a=group:BUNDLE 0 1\r\n');
  expect(sdp.match(/^m=video 9 UDP\/TLS\/RTP\/SAVPF 101\r$/gm)).toHaveLength(2);
  expect(sdp).toContain('a=ssrc:2 cname:sfu\r\n');
});
