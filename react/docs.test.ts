import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbedEvent } from '@parley/embed/messages';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFile(join(root, path), 'utf8');

/** The rows of the table whose first column is called that, as cells without their code marks. */
function rowsOf(text: string, title: string): string[][] {
  const table = text.split('\n\n').find(part => new RegExp(`^\\| ${title} +\\|`).test(part)) ?? '';
  return table
    .split('\n')
    .slice(2)
    .map(row =>
      row
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim().replaceAll('`', '')),
    );
}

/** Custom properties of the first rule whose selector holds that. */
function propertiesOf(css: string, selector: string): Map<string, string> {
  const start = css.indexOf(selector);
  const block = css.slice(css.indexOf('{', start), css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/(--parley-[a-z-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

it('the table of properties is what the stylesheet has, and it uses no others', async () => {
  const [docs, css] = await Promise.all([read('docs/embedding.md'), read('react/styles.css')]);
  const light = propertiesOf(css, ':where(:root');
  const dark = propertiesOf(css, ':where([data-parley-theme="dark"])');
  expect(propertiesOf(css, ':where(:root:not(')).toEqual(dark);
  const documented = rowsOf(docs, 'Property').map(([name, ...values]) => [name, ...values.slice(0, 2)]);
  expect(documented).toEqual([...light].map(([name, value]) => [name, value, dark.get(name) ?? 'the same']));
  const used = new Set([...css.matchAll(/var\((--[a-z-]+)\)/g)].map(([, name]) => name));
  expect([...used].sort()).toEqual([...light.keys()].sort());
});

it('the events that are documented are those that there are', async () => {
  const documented = rowsOf(await read('docs/embedding.md'), 'Event').map(([name, fields = '']) => [
    name,
    ...fields.split(', ').filter(field => field !== ''),
  ]);
  const existing = EmbedEvent.options.map(({ shape: { event, ...fields } }) => [
    event.value,
    ...Object.keys(fields),
  ]);
  expect(documented).toEqual(existing);
});

it('the code that is shown is that of the examples, which run', async () => {
  const paths = ['embed/example/main.ts', 'react/example/main.tsx', 'react/example/OwnCall.tsx'];
  // The formatter breaks lines of either in its own way.
  const bare = (code: string) => code.replaceAll(/\s+/g, '');
  const examples = (await Promise.all(paths.map(read))).map(bare);
  const blocks = [...(await read('docs/embedding.md')).matchAll(/```tsx?\n([\s\S]*?)```/g)];
  expect(blocks.length).toBeGreaterThan(3);
  for (const [, block = ''] of blocks) {
    expect(
      examples.some(example => example.includes(bare(block))),
      block,
    ).toBe(true);
  }
});
