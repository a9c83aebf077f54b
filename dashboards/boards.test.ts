import { describe, expect, it } from 'vitest';
import { boards } from './boards/index.ts';
import { isFigure, panelsOf } from './build/board.ts';
import { builtDashboard } from './build/dashboard.ts';
import { isAlert, ruleGroups } from './rules/index.ts';
import { promtool } from './rules/promtool.ts';

it('dashboards have ids, names and panels of their own', () => {
  for (const name of ['uid', 'title'] as const) {
    const all = boards.map(board => board[name]);
    expect(all).toEqual([...new Set(all)]);
  }
  expect(boards.map(({ title }) => title)).toEqual([
    ...[
      'Overview',
      'Call quality',
      'SFU fleet',
      'Signaling',
      'Operator',
      'TURN',
      'Capacity',
      'A single call',
    ],
  ]);
});

describe.each(boards.map(board => [board.title, board] as const))('%s', (_, board) => {
  const built = (builtDashboard(board).panels ?? []).filter(({ type }) => type !== 'row');

  it('every panel has a title of its own, a description, and where it shows figures a unit and thresholds', () => {
    const titles = built.map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
    expect(built).toHaveLength(panelsOf(board).length);
    for (const [index, panel] of panelsOf(board).entries()) {
      const shown = built[index] as unknown as {
        description: string;
        fieldConfig?: { defaults: { unit?: string; thresholds?: { steps: unknown[] } } };
      };
      expect(shown.description.length, panel.title).toBeGreaterThan(10);
      if (!isFigure(panel)) continue;
      expect(shown.fieldConfig?.defaults.unit, panel.title).toBeTruthy();
      const least = panel.limits.is === 'a count' ? 1 : 3;
      expect(shown.fieldConfig?.defaults.thresholds?.steps, panel.title).toHaveLength(least);
    }
  });

  it('panels fill the width and do not lie on each other', () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of built) {
      const { x = 0, y = 0, w = 0, h = 0 } = gridPos ?? {};
      expect(x + w, title).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          expect(taken.has(`${column} ${line}`), title).toBe(false);
          taken.add(`${column} ${line}`);
        }
      }
    }
  });
});

it('queries are PromQL', async () => {
  const queries = boards.flatMap(panelsOf).flatMap(panel => (isFigure(panel) ? panel.queries : []));
  const rules = queries.map(({ expr }, index) => ({
    record: `query_${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }));
  const groups = JSON.stringify({ groups: [{ name: 'queries', rules }] });
  expect(await promtool(['check', 'rules', 'queries.yaml'], { 'queries.yaml': groups })).toMatchObject({
    ok: true,
  });
});

it('queries of recorded figures name rules that there are', () => {
  const recorded = new Set(
    ruleGroups.flatMap(({ rules }) => rules.flatMap(rule => (isAlert(rule) ? [] : [rule.record]))),
  );
  const asked = [
    ...boards.flatMap(panelsOf).flatMap(panel => (isFigure(panel) ? panel.queries : [])),
    ...ruleGroups.flatMap(({ rules }) => rules),
  ].flatMap(({ expr }) => expr.match(/\b(?:pool|parley):\w+:\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter(name => !recorded.has(name))).toEqual([]);
});

it('every alert names a panel that there is', () => {
  for (const rule of ruleGroups.flatMap(({ rules }) => rules)) {
    if (!isAlert(rule)) continue;
    const [board, title] = rule.panel;
    const panels = boards.filter(each => each.title === board).flatMap(panelsOf);
    expect(
      panels.map(panel => panel.title),
      rule.alert,
    ).toContain(title);
  }
});

it('gauges of the operator are those of the one that leads: the others say 0 of what they do not know', () => {
  const all = [
    ...boards.flatMap(panelsOf).flatMap(panel => (isFigure(panel) ? panel.queries : [])),
    ...ruleGroups.flatMap(({ rules }) => rules),
  ].map(({ expr }) => expr);
  const gauge = /(.{0,40})\bparley_operator_(?!leader\b)\w+(?<!_total|_bucket)\b/gs;
  const before = all.flatMap(expr => [...expr.matchAll(gauge)].map(([, text]) => text));
  expect(before.length).toBeGreaterThan(20);
  for (const text of before) expect(text).toMatch(/\bmax(?: by \([\w, ]+\) )?\($/);
});
