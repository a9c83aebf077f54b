import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles } from './generate/files.ts';
import { helmSchema, type Schema } from './generate/schema.ts';
import { Values } from './values/index.ts';

const files = generatedFiles();

test.each([...files.keys()])('%s is what `npm run generate` makes', async path => {
  const there = await readFile(join(import.meta.dirname, '..', path), 'utf8').catch(() => '');
  expect(there === files.get(path), `${path} is out of date: npm run generate`).toBe(true);
});

test('values.yaml holds a default for every value, and the schema takes it', () => {
  const values: unknown = parse(files.get('charts/parley/values.yaml') ?? '');
  expect(Values.safeParse(values)).toMatchObject({ success: true });
  const leaves = (schema: Schema, there: unknown, path: string): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
      const value = (there as Record<string, unknown> | undefined)?.[name];
      return value === undefined || value === null
        ? [`${path}${name}`]
        : leaves(field.properties ? field : {}, value, `${path}${name}.`);
    });
  expect(leaves(helmSchema(Values), values, '')).toEqual([]);
});

test('every value is described', () => {
  const undescribed = (schema: Schema, path: string): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      ...(field.description ? [] : [`${path}${name}`]),
      ...undescribed(field, `${path}${name}.`),
    ]);
  expect(undescribed(helmSchema(Values), '')).toEqual([]);
});
