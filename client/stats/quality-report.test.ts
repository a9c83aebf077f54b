import { type ParticipantId, QualityReport } from '@parley/protocol';
import { expect, test } from 'vitest';
import { reportOf } from './quality-report.ts';
import type { Sample, StreamFigures, Wanted } from './sample.ts';

const flowing: Wanted = {
  participantId: 'ada' as ParticipantId,
  source: 'camera',
  flows: true,
  shownPixels: 230_400,
};
const sound = (more: Partial<StreamFigures> = {}): StreamFigures => ({
  id: 'A',
  type: 'inbound-rtp',
  kind: 'audio',
  packetsReceived: 100,
  packetsLost: 2,
  bytesReceived: 10_000,
  jitter: 0.004,
  totalSamplesReceived: 96_000,
  concealedSamples: 960,
  silentConcealedSamples: 0,
  concealmentEvents: 1,
  jitterBufferDelay: 4_800,
  jitterBufferEmittedCount: 96_000,
  ...more,
});
const picture = (more: Partial<StreamFigures> = {}): StreamFigures => ({
  id: 'V',
  type: 'inbound-rtp',
  kind: 'video',
  packetsReceived: 1000,
  packetsLost: 0,
  bytesReceived: 1_000_000,
  jitter: 0.01,
  framesDecoded: 300,
  framesDropped: 3,
  framesPerSecond: 25,
  frameWidth: 640,
  frameHeight: 360,
  freezeCount: 1,
  totalFreezesDuration: 0.5,
  ...more,
});
const sample = (
  at: number,
  received: [StreamFigures, Wanted?][] = [],
  sent: StreamFigures[] = [],
): Sample => ({
  at,
  paths: [{ direction: 'receive', candidateType: 'host', protocol: 'udp', currentRoundTripTime: 0.01 }],
  received: new Map(received.map(([stream, wanted = flowing]) => [stream.id, { ...stream, wanted }])),
  sent: new Map(sent.map(stream => [stream.id, stream])),
});
/** As the server reads it. */
const report = (before: Sample, now: Sample) => {
  const made = reportOf(before, now);
  return made && QualityReport.parse(JSON.parse(JSON.stringify(made)));
};

test('Q2 it says what was added since the last look', () => {
  const later = {
    packetsReceived: 600,
    packetsLost: 1,
    bytesReceived: 60_000,
    totalSamplesReceived: 576_000,
  };
  const made = report(
    sample(1_000, [[sound()], [picture()]]),
    sample(11_000, [
      [
        sound({
          ...later,
          concealedSamples: 1_960,
          jitterBufferDelay: 28_800,
          jitterBufferEmittedCount: 576_000,
        }),
      ],
      [picture({ framesDecoded: 550, framesDropped: 3, packetsReceived: 2_000, totalFreezesDuration: 1.5 })],
    ]),
  );
  expect(made).toMatchObject({
    periodMs: 10_000,
    received: [
      {
        packetsReceived: 500,
        packetsLost: -1,
        bytesReceived: 50_000,
        totalSamplesReceived: 480_000,
        concealedSamples: 1_000,
        concealmentEvents: 0,
        jitterBufferDelay: 0.05,
      },
      {
        source: 'camera',
        framesDecoded: 250,
        framesDropped: 0,
        framesPerSecond: 25,
        freezeCount: 0,
        totalFreezesDuration: 1,
        shownPixels: 230_400,
      },
    ],
    sent: [],
  });
});

test('Q2 a stream that is new, or began anew, counts from nothing', () => {
  const fresh = report(sample(0), sample(10_000, [[sound()], [picture()]]));
  const anew = report(
    sample(0, [[sound({ packetsReceived: 101, packetsLost: 90 })], [picture({ packetsReceived: 5_000 })]]),
    sample(10_000, [[sound()], [picture()]]),
  );
  expect(anew).toEqual(fresh);
  expect(fresh?.received).toMatchObject([{ packetsReceived: 100, packetsLost: 2 }, { framesPerSecond: 25 }]);
});

test('Q2 a camera that began just now and has no frame yet is no bad picture', () => {
  const begun = picture({ packetsReceived: 3, framesDecoded: 0, framesPerSecond: 0, frameHeight: 0 });
  expect(report(sample(0), sample(10_000, [[begun]]))).toBeUndefined();
});

test('Q2 streams that are gone, or did not flow, are left out', () => {
  const before = sample(0, [[sound()], [picture()]], [{ ...sound(), type: 'outbound-rtp', packetsSent: 5 }]);
  expect(report(before, sample(10_000))).toBeUndefined();
  expect(
    report(before, sample(10_000, [[sound()]], [{ ...sound(), type: 'outbound-rtp', packetsSent: 5 }])),
  ).toBeUndefined();
});

test('Q2 a camera that should flow and does not stood still all the time', () => {
  const made = report(sample(0, [[picture()]]), sample(10_000, [[picture()]]));
  expect(made?.received).toMatchObject([
    { packetsReceived: 0, framesPerSecond: 0, freezeCount: 1, totalFreezesDuration: 10, frameHeight: 360 },
  ]);
  const screen = { ...flowing, source: 'screen' } as const;
  expect(report(sample(0, [[picture(), screen]]), sample(10_000, [[picture(), screen]]))).toBeUndefined();
});

test.each<[Wanted, Wanted]>([
  [flowing, { ...flowing, flows: false }],
  [{ ...flowing, flows: false }, flowing],
])('what is paused, out of sight or on its way to another SFU is no matter of quality', (then, now) => {
  const more = picture({ packetsReceived: 2_000, framesDecoded: 310, totalFreezesDuration: 8 });
  expect(report(sample(0, [[picture(), then]]), sample(10_000, [[more, now]]))).toBeUndefined();
});

test('a freeze that took longer than the report counts for its time', () => {
  const more = picture({ packetsReceived: 1_010, framesDecoded: 310, totalFreezesDuration: 60.5 });
  const made = report(sample(0, [[picture()]]), sample(10_000, [[more]]));
  expect(made?.received).toMatchObject([{ totalFreezesDuration: 10 }]);
});

test('layers that are sent come with what is said of their losses', () => {
  const layer = { ...picture(), type: 'outbound-rtp', id: 'S', packetsSent: 100, bytesSent: 1000 } as const;
  const later = { ...layer, packetsSent: 300, bytesSent: 9000, qualityLimitationReason: 'cpu' } as const;
  const made = report(
    sample(0, [], [{ ...layer, packetsLost: 4 }]),
    sample(2_000, [], [{ ...later, packetsLost: 10 }]),
  );
  expect(made?.sent).toMatchObject([
    { packetsSent: 200, bytesSent: 8000, packetsLost: 6, qualityLimitationReason: 'cpu' },
  ]);
});

test('a large room fits into a report, and into a message', () => {
  const many = Array.from({ length: 500 }, (_, i) =>
    picture({ id: `V${i}`, jitter: 1 / 3, bytesReceived: 1e9 }),
  );
  const now = sample(
    10_000,
    many.map(stream => [stream]),
  );
  expect(report(sample(0), now)?.received).toHaveLength(128);
  expect(JSON.stringify(reportOf(sample(0), now)).length).toBeLessThan(60_000);
});

test('says of no part that it is larger than the whole, whatever a browser corrects meanwhile', () => {
  const now = sound({
    packetsReceived: 150,
    totalSamplesReceived: 97_000,
    concealedSamples: 2_960,
    silentConcealedSamples: 1_500,
  });
  expect(report(sample(0, [[sound()]]), sample(10_000, [[now]]))?.received).toMatchObject([
    { totalSamplesReceived: 1_000, concealedSamples: 1_000, silentConcealedSamples: 1_000 },
  ]);
});
