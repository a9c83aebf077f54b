import { expect, test } from 'vitest';
import { Stall } from './stall.ts';

const report = (packetsReceived: number) =>
  new Map([['A', { id: 'A', type: 'inbound-rtp', packetsReceived }]]) as unknown as RTCStatsReport;

/** Looks every 250 ms from `from` to `to`; answers when it was over. */
function look(stall: Stall, from: number, to: number, packets: (at: number) => number, expected = true) {
  for (let at = from; at <= to; at += 250) if (stall.isOver(report(packets(at)), expected, at)) return at;
  return undefined;
}

test('a way is lost over which nothing comes for two seconds', () => {
  const stall = new Stall();
  expect(look(stall, 10_000, 20_000, at => at)).toBeUndefined();
  expect(look(stall, 20_250, 30_000, () => 20_000)).toBe(22_000);
});

test('silence is none where everything is muted', () => {
  expect(look(new Stall(), 10_000, 20_000, () => 7, false)).toBeUndefined();
});

test('a page that slept has missed nothing', () => {
  const stall = new Stall();
  look(stall, 10_000, 12_000, at => at);
  expect(look(stall, 60_000, 61_750, () => 12_000)).toBeUndefined();
  expect(look(stall, 62_000, 62_000, () => 12_000)).toBe(62_000);
});
