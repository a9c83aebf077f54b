import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generatedFiles } from './files.ts';

const root = join(import.meta.dirname, '..');

it('what the chart brings is what the code makes: else run `npm run generate`', async () => {
  for (const [path, content] of generatedFiles()) {
    expect(await readFile(join(root, path), 'utf8'), path).toBe(content);
  }
  const there = await readdir(join(root, 'charts/parley/dashboards'));
  const made = [...generatedFiles().keys()].filter(path => path.endsWith('.json'));
  expect(there.map(name => `charts/parley/dashboards/${name}`).sort()).toEqual(made.sort());
});
