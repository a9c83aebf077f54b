import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '@parley/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  apiVersion,
  definitions,
  explainMistakes,
  KubeError,
  MediaPoolSpec,
  mediaPoolDefinition,
  RoomSpec,
  roomDefinition,
} from './index.ts';
import { specSchema } from './test/index.ts';
import { dotted, type Probe, type ProbeOptions, probes } from './test/violations.ts';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ dir: await mkdtemp(join(tmpdir(), 'parley-schema-')) });
  await plane.apply(definitions);
});
afterAll(() => plane.stop());

const options: ProbeOptions = {
  patterns: {
    '^[A-Za-z]': {
      allowed: ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'],
      forbidden: ['+01:00', '1', ' UTC'],
    },
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d$': {
      ofLength: length => '2026-01-01T10:00'.padStart(length, '2'),
      allowed: ['2026-01-01T10:00'],
      forbidden: [
        '2026-01-01 10:00',
        '2026-13-01T10:00',
        '2026-01-32T10:00',
        '2026-01-01T24:00',
        '2026-01-01T10:60',
      ],
    },
    '^[0-9A-Za-z]?[0-9A-Za-z:.-]*[0-9A-Za-z]$': {
      ofLength: length => 'x'.repeat(length),
      allowed: ['192.0.2.1', '2001:db8::1', '::1', 'media.example.org', 'a'],
      forbidden: ['', 'a b', 'a/24', 'example.org.', 'a\nb'],
    },
    '^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$': {
      ofLength: length => 'x'.repeat(length),
      allowed: ['turn.example.org', 'a'],
      forbidden: ['', '.example.org', 'example.org.', 'turn example', 'a\nb'],
    },
    '^[0-9A-Fa-f:.]+\\/\\d{1,3}$': {
      ofLength: length => '10.0.0.0/8'.padStart(length, '1'),
      allowed: ['10.0.0.0/8', '2001:db8::/32'],
      forbidden: ['10.0.0.0', 'example.org/8', '10.0.0.0/1000', '/8', '10.0.0.0/8\n'],
    },
  },
  beside: {
    minimum: { maximum: 1000 },
    maximum: { minimum: 0 },
    'exposure.hostPorts.from': { exposure: { hostPorts: { to: 65_535 } } },
    'exposure.hostPorts.to': { exposure: { hostPorts: { from: 1024 } } },
    'exposure.nodePorts.from': { exposure: { nodePorts: { to: 65_535 } } },
    'exposure.nodePorts.to': { exposure: { nodePorts: { from: 1024 } } },
    'turn.port': { turn: { relayPorts: { from: 2000, to: 2000 } } },
    'turn.tlsPort': { turn: { relayPorts: { from: 2000, to: 2000 } } },
    'turn.relayPorts.from': { turn: { port: 1, tlsPort: 2 } },
    'turn.relayPorts.to': { turn: { port: 1, tlsPort: 2, relayPorts: { from: 1024 } } },
    'schedule.opens': { schedule: { closes: '2026-01-01T11:00' } },
    'schedule.closes': { schedule: { opens: '2026-01-01T09:00' } },
  },
  values: { schedule: { opens: '2026-01-01T10:00', closes: '2026-01-01T11:00' } },
};

const kinds = {
  Room: { path: `/apis/${apiVersion}/namespaces/default/rooms`, spec: RoomSpec, definition: roomDefinition },
  MediaPool: { path: `/apis/${apiVersion}/mediapools`, spec: MediaPoolSpec, definition: mediaPoolDefinition },
};

/** What the API server says about this spec, without keeping it; undefined if it accepts it. */
async function refusal(kind: keyof typeof kinds, spec: unknown): Promise<string | undefined> {
  try {
    await plane.client.call({
      method: 'POST',
      path: `${kinds[kind].path}?dryRun=All`,
      body: { apiVersion, kind, metadata: { name: 'test' }, spec },
    });
    return undefined;
  } catch (error) {
    if (error instanceof KubeError && error.status === 422) return error.message;
    throw error;
  }
}

describe.each(['Room', 'MediaPool'] as const)('%s', kind => {
  const { spec: operator, definition } = kinds[kind];
  const byRule = Map.groupBy(
    probes(specSchema(definition), options),
    ({ path, rule }) => `${dotted(path)}: ${rule}`,
  );
  const cases = [...byRule].map(([name, found]): [string, Probe[]] => [name, found]);

  test.each(cases)('%s, on both sides', async (_, found) => {
    for (const { path, rule, spec, allowed } of found) {
      const parsed = operator.safeParse(spec);
      const server = await refusal(kind, spec);
      const said = JSON.stringify(spec);
      if (allowed) {
        expect(parsed.success ? undefined : explainMistakes(parsed.error), said).toBeUndefined();
        expect(server, said).toBeUndefined();
        continue;
      }
      const field = `spec.${dotted(path)}`;
      expect(parsed.success ? '' : explainMistakes(parsed.error), said).toContain(field);
      // Where a type is wrong inside of a list or map, the server names it by other signs than dots.
      expect(server ?? '', `${rule} of ${said}`).toContain(
        path.at(-1) === 'key' ? dotted(path.slice(0, -1)) : field,
      );
    }
  });
});
