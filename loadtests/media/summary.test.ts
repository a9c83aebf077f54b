import type { RoomKey } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { mediaUsage, readMediaOptions } from './command.ts';
import { planCrowd } from './plan.ts';
import { type PersonReport, type ReceivedReport, spread, summarise } from './summary.ts';
import { mediaTable } from './table.ts';
import { judge } from './thresholds.ts';

const room = 'default/one' as RoomKey;
const stalls = { p99Ms: 6, longestMs: 20 };

function person(received: Partial<ReceivedReport>[], more: Partial<PersonReport> = {}): PersonReport {
  return {
    name: 'Load 1.1',
    room,
    sends: true,
    milestones: { connected: 10, answered: 40, mediaConnected: 90 },
    repairs: { connections: 0, media: 0, moves: 1 },
    refusals: {},
    sent: [{ kind: 'audio', packets: 100, bytes: 8_000, keyFrames: 0 }],
    received: received.map(one => ({
      kind: 'audio',
      packets: 99,
      bytes: 8_000,
      lost: 1,
      longestGapMs: 40,
      firstPacketMs: 30,
      ...one,
    })),
    ...more,
  };
}

describe('a summary', () => {
  it('adds up what all processes say', () => {
    const failed = { code: 'busy', message: 'Later.' };
    const summary = summarise([
      { people: [person([{}, { packets: 0, lost: 0, firstPacketMs: null }])], stalls },
      {
        people: [
          person([{ longestGapMs: 80 }], { refusals: { busy: 2 } }),
          person([], { failed, milestones: {}, sent: [] }),
        ],
        stalls: { p99Ms: 9, longestMs: 12 },
      },
    ]);
    expect(summary).toMatchObject({
      people: { planned: 3, joined: 2, failed: 1 },
      failures: { busy: 1 },
      lossRatio: 0.01,
      repairs: { moves: 3 },
      refusals: { busy: 2 },
      generator: { processes: 2, stallP99Ms: 9, longestStallMs: 20 },
      kinds: {
        audio: {
          streams: { sent: 2, received: 3, silent: 1 },
          packets: { sent: 200, received: 198, lost: 2 },
          longestGapMs: { p50: 40, longest: 80 },
        },
      },
    });
    expect(mediaTable(summary)).toContain('2 of 3 joined, 1 failed (busy: 1)');
    expect(mediaTable(summary)).not.toContain('video');
  });

  it('tells of streams that receivers never heard of, as far as they were to receive them', () => {
    const crowd = (heard: number) => [
      { people: [person([{}]), person(Array(heard).fill({})), person([{}, {}], { sent: [] })], stalls },
    ];
    const failed = person([], { failed: { code: 'busy', message: '' }, milestones: {}, sent: [] });
    const late = person([], { milestones: {}, sent: [] });
    const watch = { audio: 10, video: 10 };
    const missing = (reports: ReturnType<typeof crowd>, limits = watch) =>
      summarise(reports, limits).kinds.audio.streams.missing;
    expect(missing(crowd(1))).toBe(0);
    expect(missing(crowd(0))).toBe(1);
    expect(missing(crowd(0), { ...watch, audio: 0 })).toBe(0);
    expect(missing([...crowd(1), { people: [failed, late], stalls }])).toBe(0);
    // In another room nobody hears them.
    const elsewhere = person([], { room: 'default/two' as RoomKey });
    expect(missing([...crowd(1), { people: [elsewhere], stalls }])).toBe(0);
    const summary = summarise(crowd(0), watch);
    expect(judge(summary, {}).map(({ met }) => met)).toEqual([true, false]);
    expect(mediaTable(summary)).toContain('0 silent, 1 never heard of');
  });

  it('has quantiles by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(spread(hundred)).toEqual({ p50: 50, p95: 95, p99: 99, longest: 100 });
    expect(spread([])).toBeUndefined();
  });
});

describe('thresholds', () => {
  const summary = summarise([{ people: [person([{}])], stalls }]);

  it('are met up to their value', () => {
    const verdicts = judge(summary, { maxLoss: 0.01, maxJoinMs: 90, maxGapMs: 39 });
    expect(verdicts.map(({ met }) => met)).toEqual([true, true, true, true, false]);
  });

  it('ask that everybody is in and heard, whatever else is asked', () => {
    const silent = person([{ packets: 0, lost: 0, firstPacketMs: null }]);
    const failed = person([], { failed: { code: 'busy', message: '' }, milestones: {} });
    const verdicts = judge(summarise([{ people: [silent, failed], stalls }]), {});
    expect(verdicts.map(({ met }) => met)).toEqual([false, false]);
  });

  it('on what could not be measured are not met', () => {
    expect(judge(summarise([]), { maxJoinMs: 100 }).at(-1)).toMatchObject({ met: false });
  });
});

describe('a crowd', () => {
  const size = {
    rooms: [room, 'default/two' as RoomKey],
    publishers: 2,
    subscribers: 3,
    joinsPerSecond: 10,
    seed: 7,
  };

  it('is the same for the same seed, and spread over processes', () => {
    const shares = planCrowd({ ...size, processes: 3 });
    expect(shares).toEqual(planCrowd({ ...size, processes: 3 }));
    expect(shares).not.toEqual(planCrowd({ ...size, seed: 8, processes: 3 }));
    expect(shares.map(({ length }) => length)).toEqual([4, 3, 3]);
    const all = shares.flat();
    expect(all.filter(({ sends }) => sends)).toHaveLength(4);
    expect(all.map(({ comesAtMs }) => comesAtMs).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, index) => index * 100),
    );
  });

  it('needs no more processes than people', () => {
    expect(planCrowd({ ...size, publishers: 1, subscribers: 0, processes: 8 })).toHaveLength(2);
  });
});

describe('options', () => {
  it('are all explained', () => {
    const { room: _, ...options } = readMediaOptions([]);
    for (const name of [...Object.keys(options), 'room', 'pool', 'max-loss', 'max-join-ms', 'max-gap-ms']) {
      expect(mediaUsage).toContain(`--${name}`);
    }
  });

  it('that are wrong are refused', () => {
    for (const argv of [
      ['--rooms', '0'],
      ['--room', 'No'],
      ['--nonsense', '1'],
      ['--max-loss', '2'],
      ['--url', 'ftp://x'],
    ]) {
      expect(() => readMediaOptions(argv), argv.join(' ')).toThrow();
    }
    expect(readMediaOptions(['--room', 'a/b', '--room', 'a/c', '--json'])).toMatchObject({
      room: ['a/b', 'a/c'],
      json: true,
    });
  });
});
