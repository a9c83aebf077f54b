import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { boards } from './boards/index.ts';
import { panelsOf } from './build/board.ts';
import { type AlertRule, isAlert, objectives, ruleGroups } from './rules/index.ts';

const file = join(import.meta.dirname, '../docs/runbooks/alerts.md');
const alerts = new Map<string, AlertRule['panel']>(
  ruleGroups.flatMap(({ rules }) => rules.flatMap(rule => (isAlert(rule) ? [[rule.alert, rule.panel]] : []))),
);

it('each alert has its page with panel, command and cure, and each page its alert', async () => {
  const [, ...sections] = (await readFile(file, 'utf8')).split(/^## /m);
  expect(sections.map(section => section.split('\n', 1)[0])).toEqual([...alerts.keys()]);
  for (const section of sections) {
    const [name = ''] = section.split('\n', 1);
    const [board, panel] = alerts.get(name) ?? [];
    expect(section, name).toContain(`\nLook at: dashboard **${board}**, panel **${panel}**.\n`);
    expect(section, name).toMatch(/^1\. .+\n/m);
    expect(section, name).toMatch(/`(kubectl|redis-cli|helm) |#parley\w+\)/);
  }
});

it('links between the pages lead somewhere', async () => {
  const text = await readFile(file, 'utf8');
  const names = [...alerts.keys()].map(name => name.toLowerCase());
  for (const [, name] of text.matchAll(/\]\(#(\w+)\)/g)) expect(names).toContain(name);
});

it('every panel and dashboard that the pages quote is there', async () => {
  const text = (await readFile(file, 'utf8')).replaceAll(/`[^`]*`/g, '');
  const quoted = [...text.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  const titles = new Set(
    boards.flatMap(board => [board.title, ...panelsOf(board).map(({ title }) => title)]),
  );
  expect(quoted.length).toBeGreaterThan(10);
  expect(quoted.filter(name => !titles.has(name ?? ''))).toEqual([]);
});

it('the objectives are those that docs/slo.md promises', async () => {
  const text = (await readFile(join(file, '../../slo.md'), 'utf8')).replaceAll(/ +/g, ' ');
  for (const { slo, objective } of objectives) {
    expect(text).toContain(`| \`${slo}\` | ${Number((objective * 100).toFixed(3))} % |`);
  }
});
