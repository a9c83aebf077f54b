import type { MediaPathReport, QualityReport } from '@parley/protocol';
import { expect, test } from 'vitest';
import { judge } from './causes.ts';
import { camera, picture, sound } from './test-streams.ts';

const path: MediaPathReport = {
  direction: 'receive',
  candidateType: 'host',
  protocol: 'udp',
  currentRoundTripTime: 0.02,
};
const report = (change: Partial<QualityReport> = {}): QualityReport => ({
  periodMs: 10_000,
  paths: [path],
  received: [sound, picture],
  sent: [camera],
  ...change,
});
const choppy = { ...sound, packetsLost: 60, packetsReceived: 440, concealedSamples: 60_000 };
const frozen = { ...picture, freezeCount: 4, totalFreezesDuration: 4 };

test('who hears and sees well fares well', () => {
  const { audioMos = 0, videoScore, cause } = judge(report());
  expect(audioMos).toBeGreaterThan(4.3);
  expect(videoScore).toBe(5);
  expect(cause).toBeUndefined();
});

test('who receives nothing, or hardly a sound, is not said to fare badly', () => {
  const nothing = { audioMos: undefined, videoScore: undefined, cause: undefined };
  expect(judge(report({ received: [] }))).toEqual(nothing);
  const quiet = { ...sound, concealedSamples: 470_000, silentConcealedSamples: 470_000 };
  expect(judge(report({ received: [quiet] }))).toEqual(nothing);
});

test('silence that is made up is no fault', () => {
  const pauses = { ...sound, concealedSamples: 240_000, silentConcealedSamples: 240_000 };
  expect(judge(report({ received: [pauses] })).audioMos).toBeGreaterThan(4.3);
});

test('sound that is made up in long pieces is worse than the same in short ones', () => {
  const pieces = (concealmentEvents: number) =>
    judge(report({ received: [{ ...sound, concealedSamples: 24_000, concealmentEvents }] })).audioMos ?? 0;
  expect(pieces(5)).toBeLessThan(pieces(25));
});

test.each<[string, Partial<QualityReport>, ReturnType<typeof judge>['cause']]>([
  ['one sender of several is badly heard', { received: [choppy, picture] }, 'unknown'],
  ['the only sender is badly heard', { received: [choppy] }, 'unknown'],
  [
    'the only sender is badly heard and seen',
    { received: [choppy, { ...frozen, packetsLost: 100 }] },
    'unknown',
  ],
  ['all are badly heard', { received: [choppy, choppy] }, 'network'],
  ['what one sends is lost too', { received: [choppy], sent: [{ ...camera, packetsLost: 60 }] }, 'network'],
  [
    'there is no bandwidth',
    { received: [choppy], sent: [{ ...camera, qualityLimitationReason: 'bandwidth' }] },
    'network',
  ],
  [
    'hardly anything can be sent',
    { received: [choppy], paths: [{ ...path, direction: 'send', availableOutgoingBitrate: 50_000 }] },
    'network',
  ],
  ['it takes a second', { paths: [{ ...path, currentRoundTripTime: 1 }] }, 'network'],
  [
    'nothing comes any more',
    {
      received: [
        { ...frozen, packetsReceived: 0, framesPerSecond: 0 },
        { ...frozen, packetsReceived: 0, framesPerSecond: 0 },
      ],
    },
    'network',
  ],
  ['a relay is on the way', { received: [choppy], paths: [{ ...path, candidateType: 'relay' }] }, 'relay'],
  ['frames are dropped', { received: [{ ...frozen, framesDropped: 200 }] }, 'device'],
  [
    'the processor is too slow',
    { received: [frozen], sent: [{ ...camera, qualityLimitationReason: 'cpu' }] },
    'device',
  ],
  [
    'frames are dropped behind a relay',
    {
      received: [{ ...frozen, framesDropped: 200 }],
      paths: [{ ...path, candidateType: 'relay' }],
    },
    'device',
  ],
  ['a picture stands still, and nobody knows why', { received: [frozen] }, 'unknown'],
])('%s', (_, change, cause) => {
  expect(judge(report(change)).cause).toBe(cause);
});
