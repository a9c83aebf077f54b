/** The summary of a run that k6 gave, as text, page and JSON. */
import { expect, test } from 'vitest';
import { readSettings } from '../people/settings.ts';
import { filesOf } from './files.ts';
import { htmlOf } from './html.ts';
import { figure, resultOf, type SummaryData, SummaryError } from './result.ts';
import { textOf } from './text.ts';

/** In the form in which k6 2 hands it to handleSummary. */
const recorded: SummaryData & Record<string, unknown> = {
  root_group: { name: '', path: '', id: 'd41d8cd98f00b204e9800998ecf8427e', groups: [], checks: [] },
  options: { summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'], summaryTimeUnit: '', noColor: false },
  state: { testRunDurationMs: 61_234.5 },
  metrics: {
    parley_join_duration: {
      type: 'trend',
      contains: 'time',
      values: { med: 41, 'p(95)': 1203.4, 'p(99)': 1700, max: 1801, count: 100 },
      thresholds: { 'p(95)<1000': { ok: false }, 'p(99)<2000': { ok: true } },
    },
    parley_join_failed: {
      type: 'rate',
      contains: 'default',
      values: { rate: 0.005, passes: 1, fails: 199 },
      thresholds: { 'rate<0.01': { ok: true } },
    },
    'parley_chat_delay{phase:writing}': {
      type: 'trend',
      contains: 'time',
      values: { med: 3, 'p(95)': 9, 'p(99)': 14.25, max: 20, count: 400 },
      thresholds: { 'p(95)<250': { ok: true } },
    },
    ws_sessions: { type: 'counter', contains: 'default', values: { count: 100, rate: 1.63 } },
    vus: { type: 'gauge', contains: 'default', values: { value: 100, min: 100, max: 100 } },
  },
};
const told = { BASE_URL: 'https://meet.example.org/?<script>', PEOPLE: 100 };

test('a result says what was asked for, what was seen, and whether that is enough', () => {
  const { passed, limits, metrics, parts } = resultOf('join-storm', told, recorded);
  expect(passed).toBe(false);
  expect(limits.map(({ metric, expression, value, kept }) => [metric, expression, value, kept])).toEqual([
    ['parley_chat_delay{phase:writing}', 'p(95)<250', 9, true],
    ['parley_join_duration', 'p(95)<1000', 1203.4, false],
    ['parley_join_duration', 'p(99)<2000', 1700, true],
    ['parley_join_failed', 'rate<0.01', 0.005, true],
  ]);
  expect(Object.keys(metrics)).not.toContain('parley_chat_delay{phase:writing}');
  expect(Object.keys(parts)).toEqual(['parley_chat_delay{phase:writing}']);
});

test('the text begins with the verdict and names what was broken', () => {
  const text = textOf(resultOf('join-storm', told, recorded));
  expect(text.trim().split('\n')[0]).toBe('join-storm: a limit is broken, after 61.2 s');
  expect(text).toMatch(/✗ parley_join_duration\s+p\(95\)<1000: 1\.20 s/);
  expect(text).toMatch(/✓ parley_join_failed\s+rate<0\.01: 0\.50 %/);
});

test('the page needs nothing else, and what comes from outside is text there', () => {
  const page = htmlOf(resultOf('join-storm', told, recorded));
  expect(page).toContain('A limit was broken.');
  expect(page).toContain('<td class="broken">broken</td><td><code>parley_join_duration</code>');
  expect(page).toContain('?&lt;script&gt;');
  expect(page).not.toMatch(/<script|<link|src=|@import|https?:\/\/(?!meet\.example)/);
  expect(page).toContain('ws_sessions');
});

test('files are written where RESULTS says, and no secret is in them', () => {
  const env = { BASE_URL: 'http://a', API_KEY: 'secret-of-mine', RESULTS: 'out/' };
  const settings = readSettings(env, { people: 1, rooms: 1, duration: '1s', more: { OVER: 3 } });
  const files = filesOf('soak', settings, recorded);
  expect(Object.keys(files)).toEqual(['stdout', 'out/soak.json', 'out/soak.html']);
  expect(JSON.parse(files['out/soak.json'] ?? '')).toMatchObject({
    scenario: 'soak',
    settings: { OVER: 3, SEED: 1 },
  });
  expect(JSON.stringify(files)).not.toContain('secret-of-mine');
  const lines =
    filesOf('soak', { ...settings, results: '-' }, recorded)
      .stdout?.trim()
      .split('\n') ?? [];
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ scenario: 'soak', passed: false });
  expect(Object.keys(filesOf('soak', { ...settings, results: '' }, recorded))).toEqual(['stdout']);
});

test('a summary in another form is not lost', () => {
  const other = { version: '1.0.0', results: { metrics: [] } } as SummaryData;
  expect(() => resultOf('soak', {}, other)).toThrow(SummaryError);
  const settings = readSettings(
    { BASE_URL: 'http://a', API_KEY: 'k' },
    { people: 1, rooms: 1, duration: '1s' },
  );
  expect(filesOf('soak', settings, other).stdout).toMatch(
    /new-machine-readable-summary=false[\s\S]*"version":"1.0.0"/,
  );
});

test('figures are read at a glance', () => {
  expect([figure(0, 'time'), figure(9.876, 'time'), figure(12_345, 'time')]).toEqual([
    '0 ms',
    '9.88 ms',
    '12.3 s',
  ]);
  expect([figure(1, 'share'), figure(0.0123, 'share'), figure(undefined, 'number')]).toEqual([
    '100 %',
    '1.23 %',
    '–',
  ]);
});
