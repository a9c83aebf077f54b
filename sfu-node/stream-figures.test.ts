import { expect, test } from 'vitest';
import { figuresOf, growth, noFigures, type StreamStats } from './stream-figures.ts';

const stats = (more: Partial<StreamStats> = {}): StreamStats => ({
  packetCount: 100,
  byteCount: 10_000,
  packetsLost: 3,
  packetsRetransmitted: 2,
  nackCount: 1,
  pliCount: 4,
  firCount: 0,
  ...more,
});

test('what was counted before does not count again', () => {
  const first = growth(noFigures, figuresOf(stats(), true));
  expect(first.grown).toEqual({
    packets: 100,
    bytes: 10_000,
    lost: 3,
    retransmitted: 2,
    nacks: 1,
    plis: 4,
    firs: 0,
  });
  expect(growth(first.counted, figuresOf(stats(), true)).grown).toEqual(noFigures);
  const later = figuresOf(stats({ packetCount: 150, firCount: 1 }), true);
  expect(growth(first.counted, later).grown).toEqual({ ...noFigures, packets: 50, firs: 1 });
});

test('nothing is taken back of what came late after all', () => {
  const { counted } = growth(noFigures, figuresOf(stats({ packetsLost: 9 }), false));
  const fewer = growth(counted, figuresOf(stats({ packetsLost: 4 }), false));
  expect(fewer.grown.lost).toBe(0);
  expect(growth(fewer.counted, figuresOf(stats({ packetsLost: 11 }), false)).grown.lost).toBe(2);
});

test('a client cannot say that it lost more than it was sent, nor less than nothing', () => {
  expect(figuresOf(stats({ packetsLost: 8_388_607 }), true).lost).toBe(100);
  expect(figuresOf(stats({ packetsLost: -7 }), true).lost).toBe(0);
  // What does not come here is counted here.
  expect(figuresOf(stats({ packetsLost: 500 }), false).lost).toBe(500);
});
