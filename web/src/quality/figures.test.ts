import type { CallStats, ReceivedStats, SentStats } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { expect, it } from 'vitest';
import { figuresOf } from './figures.ts';
import { received, sent, stats } from './testing.ts';

const ann = 'ann' as ParticipantId;
const at = (ms: number, streams: { received?: ReceivedStats[]; sent?: SentStats[] }): CallStats =>
  stats({ at: ms, ...streams });

it('says how much came between two looks, and which part of it was lost', () => {
  const before = received(ann, { bytesReceived: 1_000, packetsReceived: 100, packetsLost: 5 });
  const now = received(ann, { bytesReceived: 26_000, packetsReceived: 190, packetsLost: 15 });
  const { received: figures } = figuresOf(at(0, { received: [before] }), at(2_000, { received: [now] }));
  expect(figures).toEqual([{ of: now, bitrate: 100_000, loss: 0.1 }]);
});

it('leaves out what is new, begins anew or does not flow', () => {
  const one = received(ann, { bytesReceived: 500 });
  expect(figuresOf(at(0, {}), at(2_000, { received: [one] })).received).toEqual([]);
  const anew = received(ann, { bytesReceived: 10 });
  expect(figuresOf(at(0, { received: [one] }), at(2_000, { received: [anew] })).received).toEqual([]);
  const still = sent({ bytesSent: 500 });
  expect(figuresOf(at(0, { sent: [still] }), at(2_000, { sent: [still] })).sent).toEqual([]);
});

it('says of what is sent what its receiver tells, if it does', () => {
  const before = sent({ bytesSent: 0, packetsSent: 0, packetsLost: 0 });
  const now = sent({ bytesSent: 2_500, packetsSent: 100, packetsLost: 25 });
  expect(figuresOf(at(0, { sent: [before] }), at(1_000, { sent: [now] })).sent).toEqual([
    { of: now, place: 0, bitrate: 20_000, loss: 0.25 },
  ]);
  const silent = sent({ bytesSent: 2_500, packetsSent: 100, packetsLost: undefined });
  expect(figuresOf(at(0, { sent: [before] }), at(1_000, { sent: [silent] })).sent[0]?.loss).toBeUndefined();
});

it('packets that come twice are no loss, and no packets none', () => {
  const before = received(ann, { packetsLost: 9, packetsReceived: 50 });
  const now = received(ann, { packetsLost: 3, packetsReceived: 50 });
  const { received: figures } = figuresOf(at(0, { received: [before] }), at(1_000, { received: [now] }));
  expect(figures[0]).toMatchObject({ loss: 0, bitrate: 0 });
});
