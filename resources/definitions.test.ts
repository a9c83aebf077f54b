import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '@parley/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  apiVersion,
  Condition,
  definitions,
  KubeError,
  MediaPoolSpec,
  MediaPoolStatus,
  mediaPoolDefinition,
  RoomSpec,
  RoomStatus,
  roomDefinition,
} from './index.ts';
import { ruleCases } from './test/index.ts';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ dir: await mkdtemp(join(tmpdir(), 'parley-resources-')) });
  await plane.apply(definitions);
});
afterAll(() => plane.stop());

const kinds = {
  Room: { path: `/apis/${apiVersion}/namespaces/default/rooms`, spec: RoomSpec, definition: roomDefinition },
  MediaPool: {
    path: `/apis/${apiVersion}/mediapools`,
    spec: MediaPoolSpec,
    definition: mediaPoolDefinition,
  },
};
type KindName = keyof typeof kinds;

/** What the API server says about this object, without keeping it. */
async function judge(kind: KindName, spec: unknown, name = 'test'): Promise<'accepted' | string> {
  try {
    await plane.client.call({
      method: 'POST',
      path: `${kinds[kind].path}?dryRun=All`,
      body: { apiVersion, kind, metadata: { name }, spec },
    });
    return 'accepted';
  } catch (error) {
    if (error instanceof KubeError && error.status === 422) return error.message;
    throw error;
  }
}

describe('what every object needs', () => {
  test.each(['Room', 'MediaPool'] as const)('a %s needs a name that can stand in a URL', async kind => {
    expect(await judge(kind, {}, 'with.dot')).toContain('metadata.name');
    expect(await judge(kind, {}, 'n'.repeat(64))).toContain('metadata.name');
    expect(await judge(kind, {}, 'n'.repeat(63))).toBe('accepted');
  });

  test.each(['Room', 'MediaPool'] as const)('a %s needs a spec, which may be empty', async kind => {
    expect(await judge(kind, undefined)).toContain('spec');
    expect(await judge(kind, {})).toBe('accepted');
  });
});

describe('rules over several fields', () => {
  const cases = ruleCases.flatMap(({ kind, message, refused }) =>
    refused.map(spec => [kind, spec, message] as const),
  );
  test.each(cases)(
    '%s %j: a server that knows CEL refuses it, an old one does not',
    async (kind, spec, message) => {
      const { minor } = await plane.client.call<{ minor: string }>({ path: '/version' });
      const verdict = await judge(kind, spec);
      if (Number.parseInt(minor, 10) >= 25) expect(verdict).toContain(message);
      else expect(verdict).toBe('accepted');
    },
  );
});

test('the API server fills in the same defaults as the operator', async () => {
  for (const [kind, { path, spec }] of Object.entries(kinds)) {
    const made = await plane.client.call<{ spec: unknown }>({
      method: 'POST',
      path: `${path}?dryRun=All`,
      body: { apiVersion, kind, metadata: { name: 'defaults' }, spec: {} },
    });
    expect(made.spec).toEqual(spec.parse({}));
  }
});

test('the examples are accepted by the API server and the operator', async () => {
  const folder = join(import.meta.dirname, 'examples');
  const files = await readdir(folder);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    const { kind, metadata, spec } = parse(await readFile(join(folder, file), 'utf8')) as {
      kind: KindName;
      metadata: { name: string };
      spec: unknown;
    };
    expect(await judge(kind, spec, metadata.name), file).toBe('accepted');
    expect(kinds[kind].spec.safeParse(spec).success, file).toBe(true);
  }
});

test('every field of a spec and a status is described for kubectl explain', () => {
  interface Schema {
    description?: string;
    properties?: Record<string, Schema>;
    items?: Schema;
  }
  const undescribed = (schema: Schema, path: string): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      ...(field.description ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
      ...undescribed(field.items ?? {}, `${path}.${name}`),
    ]);
  for (const { kind, definition } of [
    { kind: 'room', definition: roomDefinition },
    { kind: 'mediapool', definition: mediaPoolDefinition },
  ]) {
    const schema = definition.spec.versions[0]?.schema.openAPIV3Schema.properties;
    expect(undescribed({ properties: { spec: schema?.spec as Schema } }, kind)).toEqual([]);
    expect(undescribed({ properties: { status: schema?.status as Schema } }, kind)).toEqual([]);
  }
});

test('a status that was never written reads as an empty one', () => {
  expect(RoomStatus.parse({})).toEqual({ conditions: [], participants: 0, sfus: [] });
  expect(MediaPoolStatus.parse({})).toMatchObject({ conditions: [], pods: 0, freeRooms: 0 });
  expect(Condition.safeParse({ type: 'Ready', status: 'Maybe' }).success).toBe(false);
});
