import { networksLeaseMs, type ParticipantId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sample } from '../stats/sample.ts';
import { CallQuality, lookMs } from './call-quality.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const [me, ann, ben] = ['me', 'ann', 'ben'] as [ParticipantId, ParticipantId, ParticipantId];

/** A call in which Ann and Ben are heard, as the shares of packets say that are lost of each, and of what one sends. */
function stage() {
  const losses = new Map([
    [ann, 0],
    [ben, 0],
    [me, 0],
  ]);
  const state: { hidden: boolean; looks: number; others: ParticipantId[]; way: 'host' | 'relay' } = {
    hidden: false,
    looks: 0,
    others: [ann, ben],
    way: 'host',
  };
  const counts = new Map<ParticipantId, { received: number; lost: number }>();
  const count = (id: ParticipantId) => {
    const { received, lost } = counts.get(id) ?? { received: 0, lost: 0 };
    const more = Math.round(100 * (losses.get(id) ?? 0));
    const now = { received: received + 100 - more, lost: lost + more };
    counts.set(id, now);
    return now;
  };
  const sound = (id: ParticipantId) => {
    const { received, lost } = count(id);
    return {
      id,
      type: 'inbound-rtp',
      kind: 'audio',
      packetsReceived: received,
      packetsLost: lost,
      bytesReceived: received * 100,
      jitter: 0,
      totalSamplesReceived: (received + lost) * 960,
      concealedSamples: lost * 960,
      silentConcealedSamples: 0,
      wanted: { participantId: id, source: 'microphone', flows: true, shownPixels: undefined },
    } as const;
  };
  const sample = async (): Promise<Sample> => {
    state.looks++;
    const { received, lost } = count(me);
    const camera = {
      id: 'C',
      type: 'outbound-rtp',
      kind: 'video',
      packetsSent: received + lost,
      packetsLost: lost,
      bytesSent: 1e5,
    } as const;
    return {
      at: performance.now(),
      paths: [
        { direction: 'send', candidateType: state.way, protocol: 'udp', availableOutgoingBitrate: 2e6 },
      ],
      received: new Map([ann, ben].map(id => [id, sound(id)])),
      sent: new Map([['C', camera]]),
    };
  };
  const apply = vi.fn();
  const quality = new CallQuality({
    sample,
    people: () => ({ self: me, others: state.others }),
    hidden: () => state.hidden,
    apply,
    allowed: true,
  });
  const changed = vi.fn();
  quality.subscribe(changed);
  quality.start();
  const looks = (times: number) => vi.advanceTimersByTimeAsync(times * lookMs);
  return { quality, losses, state, apply, changed, looks };
}

test('a good call is one snapshot, about which nobody is told again', async () => {
  const { quality, changed, looks } = stage();
  await looks(10);
  expect(changed).not.toHaveBeenCalled();
  expect(quality.snapshot()).toEqual({
    own: { level: 'good' },
    participants: new Map(),
    relayed: false,
    reduced: { receive: 'full', send: 'full', allowed: true },
  });
  quality.close();
});

test('whoever is named and does not arrive well is said to have a bad network, until they are well', async () => {
  const { quality, losses, looks } = stage();
  losses.set(ann, 0.3);
  quality.take([{ participantId: ann, level: 'poor' }]);
  await looks(3);
  expect(quality.snapshot()).toMatchObject({
    own: { level: 'good' },
    participants: new Map([[ann, { level: 'poor', reason: 'theirs' }]]),
    reduced: { receive: 'full', send: 'full' },
  });
  losses.set(ann, 0);
  quality.take([]);
  await looks(3);
  expect(quality.snapshot().participants.size).toBe(0);
  quality.close();
});

test('Q8 all networks are good once nothing was heard for 15 s', async () => {
  const { quality, looks } = stage();
  quality.take([{ participantId: ann, level: 'poor' }]);
  await looks(3);
  expect(quality.snapshot().participants.get(ann)).toEqual({ level: 'fair', reason: 'theirs' });
  await looks(networksLeaseMs / lookMs + 3);
  expect(quality.snapshot().participants.size).toBe(0);
  quality.close();
});

test('on a bad network of one’s own the call is reduced step by step, and comes back by itself', async () => {
  const { quality, losses, apply, looks } = stage();
  for (const id of [me, ann, ben]) losses.set(id, 0.3);
  await looks(4);
  expect(quality.snapshot()).toMatchObject({
    own: { level: 'poor', reason: 'yours' },
    reduced: { receive: 'smaller', send: 'less' },
  });
  expect(quality.snapshot().participants.get(ben)).toEqual({ level: 'poor', reason: 'yours' });
  expect(apply).toHaveBeenLastCalledWith({ receive: 'smaller', send: 'less' });
  for (const id of [me, ann, ben]) losses.set(id, 0);
  await looks(6);
  expect(quality.snapshot()).toMatchObject({
    own: { level: 'good' },
    reduced: { receive: 'full', send: 'full' },
  });
  quality.close();
});

test('who does not want that has everything at once, and nothing is reduced any more', async () => {
  const { quality, losses, apply, looks } = stage();
  for (const id of [me, ann, ben]) losses.set(id, 0.3);
  await looks(4);
  quality.reduce(false);
  expect(apply).toHaveBeenLastCalledWith({ receive: 'full', send: 'full' });
  await looks(20);
  expect(quality.snapshot().reduced).toEqual({ receive: 'full', send: 'full', allowed: false });
  expect(quality.snapshot().own.level).toBe('poor');
  quality.close();
});

test('nothing is looked at while nobody sees the page, nor after the end; who leaves is forgotten', async () => {
  const { quality, losses, state, looks } = stage();
  losses.set(ann, 0.3);
  await looks(4);
  expect([...quality.snapshot().participants.keys()]).toEqual([ann]);
  state.others = [ben];
  await looks(1);
  expect(quality.snapshot().participants.size).toBe(0);
  state.hidden = true;
  const { looks: before } = state;
  await looks(10);
  expect(state.looks).toBe(before);
  state.hidden = false;
  await looks(1);
  expect(state.looks).toBe(before + 1);
  quality.close();
  await looks(10);
  expect(state.looks).toBe(before + 1);
});

test('it says whether the media go through a relay', async () => {
  const { quality, state, looks } = stage();
  state.way = 'relay';
  await looks(1);
  expect(quality.snapshot().relayed).toBe(true);
  state.way = 'host';
  await looks(1);
  expect(quality.snapshot().relayed).toBe(false);
  quality.close();
});
