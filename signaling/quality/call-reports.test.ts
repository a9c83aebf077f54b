import {
  callQualityLeaseMs,
  type JoinReport,
  type Placement,
  type QualityReport,
  RefusalError,
} from '@parley/protocol';
import { Registry } from '@parley/telemetry';
import { expect, test } from 'vitest';
import type { Member } from '../connection/caller.ts';
import { LocalRooms } from '../presence/local-rooms.ts';
import { readyPlacement } from '../testing/rooms.ts';
import { CallReports } from './call-reports.ts';
import { byPool, createCallMetrics } from './metrics.ts';
import { PoolLabels } from './pool-labels.ts';
import { choppyReport, goodReport, joinReport } from './test-reports.ts';

const everyMs = 10_000;

function stage(asked = everyMs) {
  const registry = new Registry();
  const metrics = createCallMetrics(registry);
  const pools = new PoolLabels(byPool(metrics));
  const reports = new CallReports({ everyMs: asked, graceMs: 15_000, metrics, pools });
  const rooms = new LocalRooms();
  const enter = (placement: Placement, at = 0): Member => {
    const member = { room: rooms.of(placement) } as Member;
    rooms.add(member);
    reports.entered(member, at);
    return member;
  };
  const figure = async (line: string) => {
    const lines = (await registry.metrics()).split('\n');
    return Number(lines.find(one => one.startsWith(`${line} `))?.slice(line.length) ?? Number.NaN);
  };
  return { registry, reports, rooms, pools, enter, figure };
}

const refusal = (ask: () => void) => {
  try {
    ask();
  } catch (error) {
    if (error instanceof RefusalError) return error.code;
    throw error;
  }
  return 'ok';
};

test('Q3 one report in half of the period is taken, and more are refused', () => {
  const { reports, enter } = stage();
  const ada = enter(readyPlacement());
  const at = (ms: number) => refusal(() => reports.quality(ada, goodReport, ms));
  expect([1_000, 1_001, 5_999, 6_000, 10_999, 11_000].map(at)).toEqual([
    'ok',
    'rate_limited',
    'rate_limited',
    'ok',
    'rate_limited',
    'ok',
  ]);
  // Each has their own.
  expect(refusal(() => reports.quality(enter(readyPlacement()), goodReport, 6_100))).toBe('ok');
});

test('Q5 the join of a stay is said once', () => {
  const { reports, enter } = stage();
  const ada = enter(readyPlacement());
  expect([0, 1].map(() => refusal(() => reports.join(ada, joinReport)))).toEqual(['ok', 'rate_limited']);
});

test('Q1 who does not ask hears nothing', () => {
  const { reports, enter } = stage(0);
  const ada = enter(readyPlacement());
  expect(refusal(() => reports.quality(ada, goodReport))).toBe('bad_request');
  expect(refusal(() => reports.join(ada, joinReport))).toBe('bad_request');
});

test.each<[string, Partial<QualityReport>]>([
  ['more made-up samples than samples', { received: [{ ...sound(), concealedSamples: 480_001 }] }],
  ['more silence than was made up', { received: [{ ...sound(), silentConcealedSamples: 1 }] }],
  ['a billion frames', { received: [{ ...picture(), framesDecoded: 1e9 }] }],
  ['a billion freezes', { received: [{ ...picture(), freezeCount: 1e9 }] }],
  ['more bits than any line has', { periodMs: 1_000, received: [{ ...picture(), bytesReceived: 1e9 }] }],
  ['more bits than any line takes', { periodMs: 1_000, sent: [{ ...camera(), bytesSent: 1e9 }] }],
])('Q4 %s cannot be, and leaves no trace', async (_, change) => {
  const { reports, enter, registry, rooms } = stage();
  const before = await registry.metrics();
  const ada = enter(readyPlacement());
  expect(refusal(() => reports.quality(ada, { ...goodReport, ...change }))).toBe('bad_request');
  expect(await registry.metrics()).toBe(before);
  expect(reports.summary(rooms)).toEqual(new Map());
});

test('Q5 the instants of a join come one after the other', () => {
  const { reports, enter } = stage();
  const code = (change: object) =>
    refusal(() => reports.join(enter(readyPlacement()), { ...joinReport, ...change }));
  expect(code({ answered: 10 })).toBe('bad_request');
  expect(code({ agoMs: 300 })).toBe('bad_request');
  expect(code({ mediaConnected: undefined, firstFrame: undefined })).toBe('ok');
});

test('nobody reports on more time than there was', async () => {
  const { reports, enter, figure } = stage();
  const ada = enter(readyPlacement({ pool: 'europe' }));
  const long = { ...goodReport, periodMs: 240_000 };
  reports.quality(ada, long, 2_000);
  // 2 s, the grace in which they may have been away, and 1 s for clocks.
  expect(await figure('parley_call_watched_seconds_total{pool="europe"}')).toBe(18);
  reports.quality(ada, long, 12_000);
  expect(await figure('parley_call_watched_seconds_total{pool="europe"}')).toBe(29);
});

test('a summary counts those who are there and whose last report is not too old', () => {
  const { reports, enter, rooms } = stage();
  const room = readyPlacement();
  const [ada, bob, cleo] = [enter(room), enter(room), enter(room)];
  reports.quality(ada, goodReport, 1_000);
  reports.quality(bob, choppyReport, 20_000);
  reports.quality(cleo, goodReport, 20_000);
  const people = (now: number) => reports.summary(rooms, now).get(room.uid)?.people;
  expect(reports.summary(rooms, 20_000).get(room.uid)).toMatchObject({
    people: 3,
    poor: { network: 1, relay: 0, device: 0, unknown: 0 },
  });
  expect(people(1_001 + callQualityLeaseMs)).toBe(2);
  rooms.remove(bob);
  expect(reports.summary(rooms, 1_001 + callQualityLeaseMs).get(room.uid)).toMatchObject({
    people: 1,
    poor: { network: 0 },
    videoScore: 500,
  });
  expect(people(20_001 + callQualityLeaseMs)).toBeUndefined();
});

test('figures keep the pool of a room that waits for another', async () => {
  const { reports, enter, figure } = stage();
  const ada = enter(readyPlacement({ pool: 'europe' }));
  reports.quality(ada, goodReport, 1_000);
  const { key, uid } = ada.room;
  ada.room.placement = { state: 'waiting', key, uid, reason: 'NoCapacity', message: '' };
  reports.quality(ada, goodReport, 11_000);
  expect(await figure('parley_call_audio_mos_count{pool="europe"}')).toBe(2);
});

function sound() {
  const [first] = goodReport.received;
  if (first?.kind !== 'audio') throw new Error('It begins with a sound.');
  return first;
}

function picture() {
  const second = goodReport.received[1];
  if (second?.kind !== 'video') throw new Error('A picture follows.');
  return second;
}

function camera() {
  const [first] = goodReport.sent;
  if (!first) throw new Error('It sends something.');
  return first;
}

test('Q1 what is told seldom holds until it is told again', () => {
  const { reports, rooms, enter } = stage(60_000);
  const placement = readyPlacement();
  const ada = enter(placement);
  reports.quality(ada, goodReport, 40_000);
  // Clients report up to a tenth later than they were asked to.
  expect(reports.summary(rooms, 40_000 + 66_000).has(placement.uid)).toBe(true);
  expect(reports.summary(rooms, 40_000 + 120_001).size).toBe(0);
});

test.each<[string, Partial<JoinReport>, { join: number; transport?: number }]>([
  ['who sends nothing, and comes first, waits for nothing', { mediaConnected: undefined }, { join: 0.3 }],
  [
    'who turns a camera on later waited for that alone',
    { mediaWanted: 9_000, mediaConnected: 9_200 },
    { join: 0.5, transport: 0.2 },
  ],
  [
    'whose media finds no way waited until now',
    { mediaWanted: 400, mediaConnected: undefined },
    { join: 14.9 },
  ],
  ['who is told of by an older client', { mediaConnected: 600 }, { join: 0.6, transport: 0.3 }],
])('Q5 %s', async (_, marks, { join, transport }) => {
  const { reports, enter, figure } = stage();
  reports.join(enter(readyPlacement({ pool: 'europe' })), {
    agoMs: 15_000,
    connected: 100,
    answered: 300,
    ...marks,
  });
  const sum = await figure('parley_call_join_seconds_sum{pool="europe"}');
  expect(sum).toBeCloseTo(join);
  const phase = await figure('parley_call_join_phase_seconds_sum{pool="europe",phase="transport"}');
  if (transport === undefined) expect(phase).toBeNaN();
  else expect(phase).toBeCloseTo(transport);
});
