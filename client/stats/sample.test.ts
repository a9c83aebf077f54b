import type { MediaGeneration, ParticipantId, ProducerId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Side, takeSample, type Wanted } from './sample.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const producerId = 'camera' as ProducerId;
const wanted = new Map<ProducerId, Wanted>([
  [
    producerId,
    { participantId: 'ada' as ParticipantId, source: 'camera', flows: true, shownPixels: undefined },
  ],
]);
const stream = { id: 'V', type: 'inbound-rtp', kind: 'video', mid: '0', packetsReceived: 9_000 };
const none = Promise.resolve(new Map() as RTCStatsReport);

function side(receive: Promise<RTCStatsReport>): Side {
  const stats: NonNullable<Side['link']>['stats'] = () => [
    { direction: 'send', report: none },
    { direction: 'receive', report: receive },
  ];
  return {
    link: { generation: 'first' as MediaGeneration, stats },
    received: [{ producerId, mid: '0' }],
  };
}

test('a look sees what is received', async () => {
  const sample = await takeSample(
    [side(Promise.resolve(new Map([['V', stream]]) as RTCStatsReport))],
    wanted,
  );
  expect([...(sample?.received.values() ?? [])]).toMatchObject([{ packetsReceived: 9_000 }]);
});

test.each<[string, () => Promise<RTCStatsReport>]>([
  ['too late', () => new Promise(() => {})],
  ['not at all', () => Promise.reject(new Error('Closed.'))],
])(
  'a look that a browser answers %s is none, as streams would seem to begin anew after it',
  async (_, receive) => {
    const look = takeSample([side(receive())], wanted);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await look).toBeUndefined();
  },
);
