/** What k6's loader and its engine, sobek, cannot do is in no file that a scenario imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { filesOfScenario, scenarioNames } from './node/import-graph.ts';

/** Modules that k6 has of itself, as far as they are used. */
const ownModules = ['k6/execution', 'k6/http', 'k6/metrics', 'k6/websockets'];
/** Globals of browsers and Node that k6 does not have, and syntax that sobek does not know. */
const missing =
  /\b(URL|URLSearchParams|fetch|AbortController|AbortSignal|performance|structuredClone|queueMicrotask|Buffer|process|Intl|withResolvers|WeakRef)\b|\bfor await\b|\bawait using\b|\busing [a-z]+ =|\.(toSorted|toReversed|toSpliced|findLast|findLastIndex|groupBy|isWellFormed)\(|Object\.hasOwn|Array\.fromAsync|\?\?=|\|\|=|&&=|\\p\{/;

test('every scenario is a file with what k6 asks for', () => {
  expect(scenarioNames).toEqual([
    'chat-fan-out',
    'join-storm',
    'meeting-churn',
    'reconnect-storm',
    'rest-api',
    'soak',
  ]);
  const here = fileURLToPath(new URL('.', import.meta.url));
  const files = readdirSync(here).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  expect(files.map(name => name.replace('.ts', '')).sort()).toEqual([...scenarioNames]);
});

test.each(scenarioNames)('%s needs nothing that k6 does not have', scenario => {
  const { files, modules } = filesOfScenario(scenario);
  for (const [path, imports] of files) {
    const source = readFileSync(new URL(path, import.meta.url), 'utf8');
    // Throws for syntax that cannot be stripped, as enums.
    const code = stripTypeScriptTypes(source).replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
    expect(missing.exec(code)?.[0], path).toBeUndefined();
    for (const specifier of imports) {
      const isOwn =
        ownModules.includes(specifier) || (/^\.\.?\//.test(specifier) && specifier.endsWith('.ts'));
      expect(isOwn, `${path} imports ${specifier}`).toBe(true);
    }
  }
  for (const module of modules) expect(ownModules).toContain(module);
});

test('the protocol part imports nothing of k6 and nothing of npm', () => {
  for (const scenario of scenarioNames) {
    for (const [path, imports] of filesOfScenario(scenario).files) {
      if (path.startsWith('./protocol/')) for (const specifier of imports) expect(specifier).toMatch(/^\.\//);
    }
  }
});
