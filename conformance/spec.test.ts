import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nameOf, runsOf } from './check.ts';
import { elsewhere } from './elsewhere.ts';
import { checkedRules } from './report.ts';
import { checks } from './rules/index.ts';

const root = new URL('../', import.meta.url);
const spec = readFileSync(new URL('protocol/SPEC.md', root), 'utf8');
const rules = [...spec.matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map(([, rule]) => rule ?? '');

test('SPEC.md numbers every rule once', () => {
  expect(rules.length).toBeGreaterThan(50);
  expect(new Set(rules).size).toBe(rules.length);
});

test('every rule of SPEC.md is checked by the suite, or by a test that is named', () => {
  const covered = new Set<string>([...checkedRules, ...elsewhere.map(({ rule }) => rule)]);
  expect(rules.filter(rule => !covered.has(rule))).toEqual([]);
  expect([...covered].filter(rule => !rules.includes(rule))).toEqual([]);
});

test.each(elsewhere)('$rule is in the name of a test of $file', ({ rule, file }) => {
  const path = new URL(file, root);
  expect(existsSync(path), `${file} is there`).toBe(true);
  const titles = readFileSync(path, 'utf8').matchAll(/['"`]((?:[A-Z]\d+ )+)/g);
  expect([...titles].flatMap(([, names = '']) => names.trim().split(' '))).toContain(rule);
});

test('every check has a name of its own', () => {
  const names = runsOf(checks).map(nameOf);
  expect(new Set(names).size).toBe(names.length);
});
