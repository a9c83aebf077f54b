import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { useStage } from '../../signaling/testing/stage.ts';
import { fullCommand, readFullOptions } from './command.ts';
import { findK6 } from './scenario.ts';
import { compare, readSamples } from './scrape.ts';

const stage = useStage({ replicas: 1 });

it('gives one report of signaling, media and what the servers say', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-full-'));
  stage.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) });
  vi.spyOn(console, 'log').mockImplementation(() => {});
  // An API key would want rooms made, for which there is no cluster here.
  vi.stubEnv('API_KEY', undefined);
  const other = await stage.newRoom();
  const { url } = stage.replica(0);
  const argv = `--scenario join-storm -e PEOPLE=2 -e OVER=1 -e ROOM_KEYS=${other.key} -e ROOMS=1 --metrics signaling=${url}/metrics
    --metrics sfu=${url}/nowhere --report ${folder} --url ${url} --room ${stage.room.key} --seconds 2 --processes 1`;
  const status = await fullCommand(argv.split(/\s+/), new AbortController().signal);
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  // Whether the scenario keeps its limits is up to how busy this machine is.
  expect([0, 99]).toContain(report.signaling.status);
  expect(report).toMatchObject({
    passed: report.signaling.status === 0,
    signaling: {
      scenario: 'join-storm',
      by: (await findK6()) ? 'k6' : 'node',
      result: { limits: expect.any(Array) },
    },
    media: { met: true, summary: { people: { joined: 2, failed: 0 } } },
    server: { silent: [expect.stringContaining('/nowhere')] },
  });
  expect(status).toBe(report.passed ? 0 : 1);
  const figures = z
    .array(z.object({ name: z.string(), before: z.number(), after: z.number() }))
    .parse(report.server.figures);
  const joins = figures.find(
    ({ name }) => name.startsWith('parley_signaling_joins_total{') && name.includes('"ok"'),
  );
  // Those of the media, at least: the scenario may have joined before or after.
  expect((joins?.after ?? 0) - (joins?.before ?? 0)).toBeGreaterThanOrEqual(2);
  const page = await readFile(join(folder, 'report.html'), 'utf8');
  expect(page).toContain('join-storm.html');
});

describe('figures of servers', () => {
  const before = `# TYPE parley_x_total counter
parley_x_total{a="b c"} 5
# TYPE parley_used_ratio gauge
parley_used_ratio 0.25
# TYPE parley_s histogram
parley_s_bucket{le="1"} 2
parley_s_sum 3
parley_s_count 2
nodejs_x 1`;
  const after = before
    .replace('"} 5', '"} 9')
    .replace('0.25', '0.5')
    .replace('_sum 3', '_sum 9')
    .replace('_count 2', '_count 4');
  const read = (text: string) => readSamples(text, 'sfu');

  it('are compared, those of several pods together', () => {
    expect(compare([...read(before), ...read(before)], [...read(after), ...read(before)])).toEqual([
      { component: 'sfu', name: 'parley_x_total{a="b c"}', type: 'counter', before: 10, after: 14 },
      { component: 'sfu', name: 'parley_used_ratio', type: 'gauge', before: 0.25, after: 0.5 },
      { component: 'sfu', name: 'parley_s', type: 'histogram', before: 4, after: 6, mean: 3 },
    ]);
  });

  it('that began anew are what is known', () => {
    const [figure] = compare(read(after), read(before));
    expect(figure).toMatchObject({ before: 0, after: 5 });
  });
});

describe('options', () => {
  it('are told from those of the media', () => {
    const options = readFullOptions([
      '--rooms',
      '3',
      '--scenario=soak',
      '-e',
      'PEOPLE=5',
      '--metrics',
      'sfu=http://x/m',
      '--json',
    ]);
    expect(options).toMatchObject({
      scenario: 'soak',
      env: { PEOPLE: '5' },
      targets: [{ component: 'sfu', url: 'http://x/m' }],
      media: ['--rooms', '3', '--json'],
    });
  });

  it('that are wrong are refused', () => {
    for (const argv of [
      ['--scenario', 'none'],
      ['-e', 'PEOPLE'],
      ['-e', 'API_KEY=x'],
      ['--metrics', 'http://x'],
    ]) {
      expect(() => readFullOptions(argv), argv.join(' ')).toThrow();
    }
  });
});
