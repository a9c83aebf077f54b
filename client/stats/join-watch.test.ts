import type { JoinReport } from '@parley/protocol';
import { expect, test } from 'vitest';
import { JoinWatch } from './join-watch.ts';

/** A join, whose first picture is there when it is looked for. */
function world(wanted = true) {
  const told: JoinReport[] = [];
  const decoded = new Map([['stream', { type: 'inbound-rtp', kind: 'video', framesDecoded: 1 }]]);
  const watch = new JoinWatch({
    received: async () => decoded as unknown as RTCStatsReport,
    wanted: () => wanted,
    tell: report => void told.push(report),
  });
  watch.begin().mark('connected');
  watch.clock.mark('answered');
  return { watch, told };
}

test('Q5 the server is told once, when the first picture came', async () => {
  const { watch, told } = world();
  await watch.watch();
  watch.report();
  expect(told).toMatchObject([{ firstFrame: expect.any(Number) }]);
});

test('Q5 who leaves before says what there is, and nothing later', async () => {
  const { watch, told } = world();
  watch.report();
  await watch.watch();
  expect(told).toHaveLength(1);
  expect(told[0]).not.toHaveProperty('firstFrame');
});

test('Q1 a server that does not ask is told nothing', async () => {
  const { watch, told } = world(false);
  await watch.watch();
  expect(told).toEqual([]);
});
