/** What clients report of their calls: taken, bounded, and told on. */
import { type Answer, CallQuality, type RequestName, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { choppyReport, goodReport, joinReport } from './quality/test-reports.ts';
import { type RunningReplica, startReplica } from './testing/replica.ts';
import { useStage } from './testing/stage.ts';

const current = { auth: { version: 2, revision: 4 } };
const before = { auth: { version: 2, revision: 3 } };
const stage = useStage({ replicas: 1, settings: { QUALITY_REPORT_SECONDS: '120' } });

const scrape = async ({ url } = stage.replica(0) as Pick<RunningReplica, 'url'>) =>
  (await (await fetch(`${url}/metrics`)).text())
    .split('\n')
    .filter(line => /^parley_(call|signaling_joins)_/.test(line));
const figure = (lines: string[], name: string) =>
  Number(lines.find(line => line.startsWith(`${name} `))?.slice(name.length) ?? 0);
const codeOf = (answer: Answer<RequestName>) => (answer.ok ? 'ok' : answer.error.code);

test('Q1 a server that wants reports says how often, to those who know of it', async () => {
  const [ada, bob] = [stage.client(0, current), stage.client(0, before)];
  await Promise.all([ada.join(stage.room.key), bob.join(stage.room.key)]);
  expect(ada.welcomes[0]?.reports).toEqual({ everyMs: 120_000 });
  expect(bob.welcomes[0]).not.toHaveProperty('reports');
  expect(codeOf(await bob.send('reportQuality', goodReport))).toBe('bad_request');
});

test('Q1 a server that wants none says nothing, and takes none', async () => {
  const silent = stage.use(await startReplica(stage.server.url, { QUALITY_REPORT_SECONDS: '0' }));
  const ada = stage.client(silent, current);
  await eventually('readiness', async () => (await fetch(`${silent.url}/readyz`)).ok);
  await ada.join(stage.room.key);
  expect(ada.welcomes[0]).not.toHaveProperty('reports');
  expect(codeOf(await ada.send('reportQuality', goodReport))).toBe('bad_request');
  expect((await scrape(silent)).filter(line => line.includes('audio_mos_count'))).toEqual([]);
});

test('Q2 a report becomes figures of the room’s pool', async () => {
  const room = await stage.newRoom({ pool: 'europe' });
  const ada = stage.client(0, current);
  expect(codeOf(await ada.send('reportQuality', goodReport))).toBe('not_joined');
  await ada.join(room.key);
  await ada.get('reportJoin', joinReport);
  await ada.get('reportQuality', choppyReport);
  const lines = await scrape();
  const of = (name: string, labels = '') => figure(lines, `parley_call_${name}{pool="europe"${labels}}`);
  expect(figure(lines, 'parley_signaling_joins_total{outcome="ok",pool="europe"}')).toBe(1);
  expect(of('audio_mos_count')).toBe(1);
  expect(of('audio_mos_sum')).toBeLessThan(3);
  expect(of('video_score_count')).toBe(1);
  expect(of('loss_ratio_sum', ',kind="video"')).toBeCloseTo(0.1);
  expect(of('freezes_total')).toBe(5);
  expect(of('path_seconds_total', ',candidate_type="host",protocol="udp",via="sfu"')).toBeGreaterThan(0);
  expect(of('poor_seconds_total', ',cause="network"')).toBeGreaterThan(0);
  expect(of('join_phase_seconds_sum', ',phase="transport"')).toBeCloseTo(0.3);
  expect(of('join_seconds_sum')).toBeCloseTo(0.6);
  expect(of('first_frame_seconds_sum')).toBeCloseTo(0.9);
});

test('Q3 of a hundred reports a second one is taken, and the others are counted', async () => {
  const ada = stage.client(0, current);
  await ada.join(stage.room.key);
  const before = await scrape();
  const answers = await Promise.all(Array.from({ length: 100 }, () => ada.ask('reportQuality', goodReport)));
  const codes = answers.map(codeOf);
  expect(codes.filter(code => code === 'ok')).toHaveLength(1);
  expect(codes.filter(code => code === 'rate_limited')).toHaveLength(99);
  const after = await scrape();
  const more = (outcome: string) => {
    const name = `parley_call_reports_total{kind="quality",outcome="${outcome}"}`;
    return figure(after, name) - figure(before, name);
  };
  expect([more('ok'), more('too_many')]).toEqual([1, 99]);
  expect(ada.socket.connected).toBe(true);
});

test('Q4 nonsense is refused and counted, and the figures stay clean', async () => {
  const ada = stage.client(0, current);
  await ada.join(stage.room.key);
  const [path] = goodReport.paths;
  const [sound, picture] = goodReport.received;
  const reports: object[] = [
    { ...goodReport, periodMs: Number.NaN },
    { ...goodReport, periodMs: 1e12 },
    { ...goodReport, paths: [{ ...path, currentRoundTripTime: -1 }] },
    { ...goodReport, paths: [{ ...path, currentRoundTripTime: Number.POSITIVE_INFINITY }] },
    { ...goodReport, paths: [{ ...path, candidateType: 'x'.repeat(1000) }] },
    { ...goodReport, received: [{ ...sound, jitter: 1e300 }] },
    { ...goodReport, received: [{ ...sound, packetsReceived: -5 }] },
    { ...goodReport, received: [{ ...sound, concealedSamples: 1e8 }] },
    { ...goodReport, received: [{ ...picture, framesPerSecond: 1e9 }] },
    { ...goodReport, received: [{ ...picture, frameHeight: '720' }] },
    { ...goodReport, received: Array.from({ length: 129 }, () => sound) },
    { ...goodReport, sent: [{ ...goodReport.sent[0], qualityLimitationReason: 'weather' }] },
    {},
  ];
  const clean = (lines: string[]) => lines.filter(line => !line.startsWith('parley_call_reports_total'));
  const before = await scrape();
  for (const report of reports) expect(codeOf(await ada.send('reportQuality', report))).toBe('bad_request');
  expect(codeOf(await ada.send('reportJoin', { ...joinReport, connected: 1e9 }))).toBe('bad_request');
  const after = await scrape();
  expect(clean(after)).toEqual(clean(before));
  const invalid = 'parley_call_reports_total{kind="quality",outcome="invalid"}';
  expect(figure(after, invalid) - figure(before, invalid)).toBe(reports.length);
});

test('Redis says how the rooms of a replica fare, until the replica stops', async () => {
  const replica = await startReplica(stage.server.url);
  await eventually('readiness', async () => (await fetch(`${replica.url}/readyz`)).ok);
  const [ada, bob] = [stage.client(replica, current), stage.client(replica, current)];
  await Promise.all([ada.join(stage.room.key), bob.join(stage.room.key)]);
  await Promise.all([ada.get('reportQuality', goodReport), bob.get('reportQuality', choppyReport)]);
  const keys = async () => (await stage.redis.zrange(redisKeys.replicas, 0, '-1')).map(redisKeys.callQuality);
  const said = async () => {
    for (const key of await keys()) {
      const text = await stage.redis.hget(key, stage.room.uid);
      if (text) return { key, ...CallQuality.parse(JSON.parse(text)) };
    }
    return undefined;
  };
  const both = await eventually('both', async () => {
    const quality = await said();
    return quality?.people === 2 ? quality : undefined;
  });
  expect(both.poor).toEqual({ network: 1, relay: 0, device: 0, unknown: 0 });
  await replica.replica.close();
  expect(await stage.redis.exists(both.key)).toBe(0);
});
