import { createLogger } from '@parley/telemetry';
import { eventually, freePort } from '@parley/testing';
import { expect, it, vi } from 'vitest';
import { secrets } from '../signaling/testing/processes.ts';
import { useStage } from '../signaling/testing/stage.ts';
import { Canary } from './canary.ts';
import { Settings } from './settings.ts';

const stage = useStage({ replicas: 1 });

/** A canary of the stage's room, its address and its log. */
async function start(more: Record<string, string> = {}) {
  const log = createLogger('canary');
  log.level = 'fatal';
  const info = vi.spyOn(log, 'info');
  const lines = () => info.mock.calls.map(([fields, message]) => ({ ...Object(fields), message }));
  const settings = Settings.parse({
    LISTEN_HOST: '127.0.0.1',
    PORT: '0',
    CANARY_URL: stage.replica(0).url,
    CANARY_ROOM: stage.room.key,
    CANARY_PERIOD_SECONDS: '1',
    CANARY_MEDIA_SECONDS: '0.5',
    ...more,
  });
  const canary = new Canary(settings, log);
  const url = await canary.start();
  const running = stage.use({ [Symbol.asyncDispose]: () => canary.stop() });
  /** The value of a figure: the whole line before it. */
  const figure = async (line: string) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const found = text.split('\n').find(each => each.startsWith(`${line} `));
    return Number(found?.slice(line.length + 1));
  };
  return { canary, url, lines, figure, running };
}

it('meets itself round after round, and says how that went', async () => {
  const room = await stage.newRoom({ access: 'Token' });
  const { url, figure, lines } = await start({ CANARY_ROOM: room.key, API_KEY: secrets.API_KEY });
  await eventually('two rounds', async () => (await figure('parley_canary_joins_total{outcome="ok"}')) >= 4);
  expect(await figure('parley_canary_up')).toBe(1);
  const rounds = await figure('parley_canary_first_packet_seconds_count');
  expect(rounds).toBeGreaterThanOrEqual(1);
  expect(await figure('parley_canary_join_seconds_count')).toBeGreaterThanOrEqual(rounds * 2);
  expect(await figure('parley_canary_join_seconds_sum')).toBeGreaterThan(0);
  for (const kind of ['audio', 'video']) {
    // Each of the two receives one of each.
    expect(await figure(`parley_canary_loss_ratio_count{kind="${kind}"}`)).toBeGreaterThanOrEqual(rounds * 2);
    expect(await figure(`parley_canary_gap_seconds_sum{kind="${kind}"}`)).toBeGreaterThan(0);
  }
  for (const path of ['healthz', 'readyz']) expect((await fetch(`${url}/${path}`)).status).toBe(200);
  expect(lines().filter(({ message }) => `${message}`.includes('failed'))).toEqual([]);
});

it('leaves nobody behind when it is stopped in the middle of a round', async () => {
  const { canary } = await start({ CANARY_MEDIA_SECONDS: '60' });
  const watcher = (await stage.enter('Watcher')).client;
  await eventually('both', async () => (await watcher.state()).participants.length === 3);
  await canary.stop();
  await eventually('nobody else', async () => (await watcher.state()).participants.length === 1);
});

it('says which code a failed join had, once a round, with the trace of the round, and goes on', async () => {
  const full = await stage.newRoom({ access: 'Token' });
  const { figure, lines } = await start({ CANARY_ROOM: full.key });
  await eventually(
    'two rounds',
    async () => (await figure('parley_canary_joins_total{outcome="unauthenticated"}')) >= 2,
  );
  expect(await figure('parley_canary_up')).toBe(0);
  expect(await figure('parley_canary_join_seconds_count')).toBe(0);
  const failures = lines().filter(({ message }) => message === 'a round failed');
  expect(failures[0]).toMatchObject({
    code: 'unauthenticated',
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(new Set(failures.map(({ traceId }) => traceId)).size).toBe(failures.length);
});

it('counts a round that signaling does not answer, and tells no secret', async () => {
  const port = await freePort();
  const { figure, lines } = await start({
    CANARY_URL: `http://127.0.0.1:${port}`,
    API_KEY: secrets.API_KEY,
    CANARY_JOIN_SECONDS: '1',
  });
  await eventually(
    'a round',
    async () => (await figure('parley_canary_joins_total{outcome="unavailable"}')) >= 1,
  );
  expect(JSON.stringify(lines())).not.toContain(secrets.API_KEY);
});
