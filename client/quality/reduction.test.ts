import type { NetworkLevel, ParticipantId, ReceivedStreamReport } from '@parley/protocol';
import { camera, picture, sound } from '@parley/quality/test';
import { expect, test } from 'vitest';
import type { Between } from '../stats/quality-report.ts';
import { fullLadders, type Ladders, reduce, reducedOf } from './reduction.ts';

const [ann, ben] = ['ann', 'ben'] as [ParticipantId, ParticipantId];
const path = { direction: 'send', candidateType: 'host', protocol: 'udp' } as const;

function sampleOf(streams: ReceivedStreamReport[], uplink: { lost?: number; bits?: number } = {}): Between {
  return {
    periodMs: 2_000,
    paths: [{ ...path, availableOutgoingBitrate: uplink.bits ?? 2e6 }],
    sent: [{ ...camera, packetsLost: (uplink.lost ?? 0) * camera.packetsSent }],
    received: streams.map(stream => ({ participantId: ann, stream })),
  };
}

const nobody = new Map<ParticipantId, NetworkLevel>();
const run = (sample: Between, count: number, from: Ladders = fullLadders, named = nobody) => {
  let ladders = from;
  for (let i = 0; i < count; i++) ladders = reduce(ladders, sample, named);
  return ladders;
};

const well = sampleOf([sound, picture]);
const lossy = sampleOf([{ ...picture, packetsReceived: 900, packetsLost: 100 }]);
const hopeless = sampleOf([
  { ...sound, packetsReceived: 250, packetsLost: 250, concealedSamples: 200_000 },
  { ...picture, packetsReceived: 500, packetsLost: 500 },
]);

test('a good call is never reduced', () => {
  expect(reducedOf(run(well, 100))).toEqual({ receive: 'full', send: 'full' });
});

test('pictures of others become smaller, then fewer, and go only while sound is in danger; all of it comes back', () => {
  const steps = [3, 6, 60].map(count => reducedOf(run(lossy, count)).receive);
  expect(steps).toEqual(['smaller', 'fewer', 'fewer']);
  const gone = run(hopeless, 9);
  expect(reducedOf(gone).receive).toBe('sound');
  expect(reducedOf(run(well, 100, gone)).receive).toBe('full');
});

test('once pictures are gone, silence is no reason to leave them away', () => {
  expect(reducedOf(run(sampleOf([]), 100, run(hopeless, 9))).receive).toBe('full');
});

test('what another loses on their own way is no reason to receive less', () => {
  expect(reducedOf(run(lossy, 60, fullLadders, new Map([[ann, 'poor']]))).receive).toBe('full');
  expect(reducedOf(run(lossy, 60, fullLadders, new Map([[ben, 'poor']]))).receive).toBe('fewer');
});

test('a device that is too slow is no bad network', () => {
  const slow = { ...picture, framesDropped: 200, totalFreezesDuration: 1.5, freezeCount: 3 };
  expect(reducedOf(run(sampleOf([slow]), 60)).receive).toBe('full');
});

test.each([
  ['is lost', { lost: 0.2 }, 'least'],
  ['cannot be sent', { bits: 50_000 }, 'least'],
  ['can be sent if it is less', { bits: 200_000 }, 'less'],
])('one’s own camera is sent with less where much %s', (_, uplink, send) => {
  expect(reducedOf(run(sampleOf([], uplink), 60)).send).toBe(send);
  expect(reducedOf(run(well, 300, run(sampleOf([], uplink), 60))).send).toBe('full');
});

test('without a camera there is nothing to send less of', () => {
  const listens = { ...sampleOf([], { bits: 50_000 }), sent: [] };
  expect(reducedOf(run(listens, 60)).send).toBe('full');
});
