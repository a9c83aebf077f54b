import { expect, it } from 'vitest';
import { isAlert, ruleGroups } from './index.ts';
import { objectives } from './objectives.ts';
import { promtool } from './promtool.ts';
import { alertCases, type Series } from './test-alerts.ts';
import { burnCases, inMinute, servedAll } from './test-objectives.ts';
import { recordCases } from './test-records.ts';
import { rulesYaml } from './yaml.ts';

const rules = rulesYaml(ruleGroups);
const isAboutObjectives = ({ name }: { name: string }) => /^parley-(objectives|burn)/.test(name);
const objectiveRules = rulesYaml(ruleGroups.filter(isAboutObjectives));
/** Without what costs most to compute and has tests of its own. */
const otherRules = rulesYaml(ruleGroups.filter(group => !isAboutObjectives(group)));
const all = ruleGroups.flatMap(group => group.rules);
const alertNames = [...new Set(all.flatMap(rule => (isAlert(rule) ? [rule.alert] : [])))];

/** What is always there, so that nothing is missed. */
const always: Series = { 'parley_operator_leader{pod="a"}': '1x180', parley_signaling_sockets: '0x180' };

interface Query {
  expr: string;
  eval_time: string;
  exp_samples: { labels: string; value: number }[];
}

const group = (name: string, series: Series, queries: Query[]) => ({
  name,
  interval: '1m',
  input_series: Object.entries({ ...always, ...series })
    .filter(([, values]) => values !== 'stale')
    .map(([series, values]) => ({ series, values })),
  promql_expr_test: queries,
});

async function expectAll(of: string, evaluation_interval: string, tests: object[]) {
  const content = JSON.stringify({ rule_files: ['rules.yaml'], evaluation_interval, tests });
  const files = { 'rules.yaml': of, 'tests.yaml': content };
  expect(await promtool(['test', 'rules', 'tests.yaml'], files)).toEqual({
    ok: true,
    said: expect.stringContaining('SUCCESS'),
  });
}

/** Without what is empty, which is no label. */
const seriesOf = (labels: Readonly<Record<string, string>>) =>
  selector(Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')));
const selector = (labels: Readonly<Record<string, string>>) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`;

it('are rules that Prometheus takes without a complaint', async () => {
  const checked = await promtool(['check', 'rules', '--lint-fatal', 'rules.yaml'], { 'rules.yaml': rules });
  expect(checked, checked.said).toMatchObject({ ok: true });
});

it('each alert fires for its fault and no other does, and none does for what comes near it', async () => {
  const burns = alertNames.filter(name =>
    all.some(rule => isAlert(rule) && rule.alert === name && rule.labels),
  );
  expect(alertCases.map(({ alert }) => alert).sort()).toEqual(
    alertNames.filter(name => !burns.includes(name)).sort(),
  );
  const firing = (minutes: number, samples: Query['exp_samples']): Query => ({
    expr: 'max without (severity, alertstate) (ALERTS{alertstate="firing"})',
    eval_time: `${minutes}m`,
    exp_samples: samples,
  });
  await expectAll(
    otherRules,
    '1m',
    alertCases.flatMap(({ alert, when, after, about, calm }) => [
      group(`${alert} fires`, when, [
        firing(after, [{ labels: selector({ alertname: alert, ...about }), value: 1 }]),
      ]),
      group(`${alert} is calm`, calm, [firing(after, [])]),
    ]),
  );
});

it('each objective has its alerts at four speeds, and the fast ones end soon after the fault', async () => {
  const windows = (slo: string, minutes: number, expected: readonly string[]): Query => ({
    expr: `count by (window) (ALERTS{alertstate="firing",slo="${slo}"})`,
    eval_time: `${minutes}m`,
    exp_samples: expected.map(window => ({ labels: selector({ window }), value: 1 })),
  });
  const tests = burnCases.map(([burn, expected]) =>
    group(
      `${burn} times as fast as allowed`,
      // More than all cannot be bad.
      servedAll(objective => Math.min(1, burn * (1 - objective))),
      objectives.map(({ slo }) => windows(slo, 60, expected)),
    ),
  );
  const healed = {
    'parley_call_frozen_seconds_total{pool="eu"}': `0+${inMinute / 5}x40 ${(inMinute / 5) * 40}x140`,
    'parley_call_watched_seconds_total{pool="eu"}': `0+${inMinute}x180`,
  };
  const few = {
    'parley_signaling_joins_total{pool="eu",outcome="ok"}': '0x180',
    'parley_signaling_joins_total{pool="eu",outcome="unavailable"}': '0 3x10 6x180',
  };
  await expectAll(objectiveRules, '4m', [
    ...tests,
    group('healed', healed, [
      windows('freezes', 40, ['1h', '6h', '1d', '3d']),
      windows('freezes', 48, ['6h', '1d', '3d']),
    ]),
    group('too few to tell', few, [windows('joinSuccess', 20, [])]),
  ]);
});

it('each recorded figure is what it should be', async () => {
  const recorded = all.flatMap(rule =>
    isAlert(rule) ? [] : [`${rule.record} ${rule.labels?.slo ?? ''}`.trim()],
  );
  const tested = recordCases.flatMap(({ recorded }) =>
    recorded.map(({ record, labels }) => `${record} ${labels.slo ?? ''}`),
  );
  expect(recorded.filter(name => !tested.some(each => `${each} `.startsWith(`${name} `)))).toEqual([]);
  await expectAll(
    rules,
    '4m',
    recordCases.map(({ name, series, recorded }) =>
      group(
        name,
        series,
        recorded.map(({ record, labels, value }) => ({
          expr: `round(${record}${selector(labels)}, 0.000001)`,
          eval_time: '60m',
          exp_samples: [{ labels: seriesOf(labels), value }],
        })),
      ),
    ),
  );
});
