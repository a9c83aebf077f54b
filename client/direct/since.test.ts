import { expect, test } from 'vitest';
import { sinceNow } from './since.ts';

test('what came before does not count', async () => {
  let framesDecoded = 100;
  const stream = {
    kind: 'video',
    isClosed: () => false,
    getStats: async () =>
      new Map([
        ['V', { type: 'inbound-rtp', kind: 'video', framesDecoded, packetsReceived: 7 }],
        ['T', { type: 'transport' }],
      ]) as unknown as RTCStatsReport,
  };
  const since = sinceNow(stream);
  expect((await since.getStats()).get('V')).toMatchObject({ framesDecoded: 0, packetsReceived: 0 });
  framesDecoded = 103;
  expect((await since.getStats()).get('V')).toMatchObject({ framesDecoded: 3 });
  expect(since).toMatchObject({ kind: 'video', closed: false });
});
