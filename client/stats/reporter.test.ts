import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Reporter } from './reporter.ts';
import type { Sample } from './sample.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function stage(answer: () => Promise<unknown> = async () => ({})) {
  const sent: number[] = [];
  let online = true;
  let packets = 0;
  const sample = async (): Promise<Sample> => {
    packets += 100;
    const stream = { id: 'S', type: 'outbound-rtp', kind: 'audio', packetsSent: packets } as const;
    return { at: performance.now(), paths: [], received: new Map(), sent: new Map([['S', stream]]) };
  };
  const request = (_: unknown, report: { periodMs: number }) => {
    sent.push(report.periodMs);
    return answer();
  };
  const reporter = new Reporter({ sample, request: request as never, online: () => online });
  return {
    reporter,
    sent,
    set online(is: boolean) {
      online = is;
    },
  };
}

const everyMs = 10_000;

test('Q1 nothing is sent before the server asks, and nothing once it does not any more', async () => {
  const { reporter, sent } = stage();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual([]);
  reporter.heed({ everyMs });
  expect(reporter.wanted).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent.length).toBeGreaterThanOrEqual(4);
  const before = sent.length;
  // An older server, to which the connection went over.
  reporter.heed(undefined);
  expect(reporter.wanted).toBe(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(before);
});

test('Q3 reports are about as far apart as was asked, and go on over a reconnection', async () => {
  const { reporter, sent } = stage();
  for (let i = 0; i < 20; i++) {
    reporter.heed({ everyMs });
    await vi.advanceTimersByTimeAsync(5_000);
  }
  reporter.close();
  expect(sent.length).toBeGreaterThanOrEqual(8);
  for (const periodMs of sent) {
    expect(periodMs).toBeGreaterThanOrEqual(everyMs * 0.9);
    expect(periodMs).toBeLessThanOrEqual(everyMs * 1.1 + 1);
  }
});

test('Q6 what is not answered, or refused, is not sent again and does no harm', async () => {
  for (const answer of [() => new Promise(() => {}), () => Promise.reject(new Error('No.'))]) {
    const { reporter, sent } = stage(answer);
    reporter.heed({ everyMs });
    await vi.advanceTimersByTimeAsync(60_000);
    reporter.close();
    expect(sent.length).toBeGreaterThanOrEqual(4);
  }
});

test('the time without a connection is told afterwards', async () => {
  const one = stage();
  one.reporter.heed({ everyMs });
  await vi.advanceTimersByTimeAsync(30_000);
  const before = one.sent.length;
  one.online = false;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(one.sent).toHaveLength(before);
  one.online = true;
  await vi.advanceTimersByTimeAsync(12_000);
  one.reporter.close();
  expect(one.sent[before]).toBeGreaterThan(40_000);
});
