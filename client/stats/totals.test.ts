import type { ParticipantId } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { Owner } from '../room/lookups.ts';
import type { ReceivedStats } from '../types.ts';
import { type StreamLook, Totals } from './totals.ts';

const camera: Owner = { participantId: 'ada' as ParticipantId, source: 'camera' };
const look = (name: string, framesDecoded: number, live = true, owner = camera): StreamLook => ({
  name,
  live,
  stats: {
    ...owner,
    framesDecoded,
    framesDropped: 0,
    framesPerSecond: live ? 25 : 0,
    totalAudioEnergy: 0,
    packetsReceived: framesDecoded * 10,
    packetsLost: 0,
    bytesReceived: framesDecoded * 1000,
  } as ReceivedStats,
});

test('frames are counted across all ways that a source takes', () => {
  const totals = new Totals();
  const frames = (...now: StreamLook[]) =>
    totals.take(now).map(({ framesDecoded, framesPerSecond }) => [framesDecoded, framesPerSecond]);
  expect(frames(look('sfu/0', 100))).toEqual([[100, 25]]);
  expect(frames(look('direct/1', 10), look('sfu/0', 110, false))).toEqual([[120, 25]]);
  // The SFU's stream is gone, and the next one begins from nothing.
  expect(frames(look('direct/1', 40))).toEqual([[150, 25]]);
  expect(frames(look('sfu/0', 5), look('direct/1', 41, false))).toEqual([[156, 25]]);
});

test('a stream that becomes that of another source leaves its count to the first', () => {
  const totals = new Totals();
  const screen: Owner = { ...camera, source: 'screen' };
  totals.take([look('sfu/0', 100)]);
  expect(totals.take([look('sfu/0', 3, true, screen)])).toMatchObject([
    { source: 'screen', framesDecoded: 3 },
  ]);
  expect(totals.take([look('sfu/1', 7)])).toMatchObject([{ source: 'camera', framesDecoded: 107 }]);
});

test('who left is forgotten', () => {
  const totals = new Totals();
  totals.take([look('sfu/0', 100)]);
  expect(totals.take([])).toEqual([]);
  expect(totals.take([look('sfu/0', 2)])).toMatchObject([{ framesDecoded: 2 }]);
});
