/** The canary: two participants for each pool, a room for them, and a key that may do no more than that. */
import { createHash } from 'node:crypto';
import { RoomSpec } from '@parley/resources';
import { expect, test } from 'vitest';
import { Settings } from '../canary/settings.ts';
import { parseApiKeys } from '../signaling/access/api-keys.ts';
import { unknownFields } from './test-fields.ts';
import { namespace, render, specOf } from './test-render.ts';

const on = {
  canary: { enabled: true },
  pools: { default: {}, lectures: {} },
  entrance: { host: 'meet.example.org' },
};

interface CanaryDeployment {
  strategy: object;
  selector: { matchLabels: Record<string, string> };
  template: {
    metadata: { labels: Record<string, string> };
    spec: { containers: { env: { name: string; value?: string; valueFrom?: object }[] }[] };
  };
}

const ofCanary = (values: object) =>
  render(values).filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'canary');
const dataOf = (values: object, name: string) => {
  const secret = render(values).find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
  const data = Object.entries((secret?.data ?? {}) as Record<string, string>);
  return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
};

test('there is none unless it is wanted', () => {
  expect(ofCanary({})).toEqual([]);
  expect(dataOf({}, 'parley')).not.toHaveProperty('api-keys');
});

test('each pool has a pair and a room that only they can join', () => {
  const objects = ofCanary(on);
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
    expect.arrayContaining([
      'Room canary-default',
      'Room canary-lectures',
      'Deployment parley-canary-default',
      'Deployment parley-canary-lectures',
      'NetworkPolicy parley-canary',
    ]),
  );
  expect(objects.flatMap(unknownFields)).toEqual([]);
  const room = specOf(objects, 'Room', 'canary-lectures');
  expect(RoomSpec.parse(room)).toMatchObject({ pool: 'lectures', access: 'Token' });

  const { strategy, selector, template } = specOf<CanaryDeployment>(
    objects,
    'Deployment',
    'parley-canary-lectures',
  );
  expect(strategy).toEqual({ type: 'Recreate' });
  expect(template.metadata.labels).toMatchObject({
    'app.kubernetes.io/part-of': 'parley',
    'app.kubernetes.io/component': 'canary',
    'parley.dev/pool': 'lectures',
  });
  expect(selector.matchLabels).toMatchObject({ 'parley.dev/pool': 'lectures' });
  const env = template.spec.containers[0]?.env ?? [];
  const { API_KEY: _, ...plain } = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  expect(Settings.parse({ ...plain, LISTEN_HOST: undefined, API_KEY: 'k' })).toMatchObject({
    url: 'https://meet.example.org',
    room: `${namespace}/canary-lectures`,
    periodMs: 60_000,
  });
  expect(env.find(({ name }) => name === 'API_KEY')?.valueFrom).toEqual({
    secretKeyRef: { name: 'parley-canary', key: 'api-key' },
  });
});

test('its key may make tokens, and stands in a Secret of its own; signaling knows its hash alone', () => {
  const objects = render(on);
  const secret = (name: string) =>
    (objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name)?.data ?? {}) as Record<
      string,
      string
    >;
  const key = Buffer.from(secret('parley-canary')['api-key'] ?? '', 'base64').toString();
  const text = Buffer.from(secret('parley')['api-keys'] ?? '', 'base64').toString();
  const { keys, mistakes } = parseApiKeys(text);
  expect(mistakes).toEqual([]);
  const known = keys.get('parley-canary');
  expect([...(known?.scopes ?? [])]).toEqual(['tokens']);
  expect(known?.hash.toString('hex')).toBe(createHash('sha256').update(key).digest('hex'));
  expect(key).toMatch(/^parley_parley-canary_[\w-]{32,200}$/);
  expect(text).not.toContain(key);
});

test('other keys stay, and a Secret of your own is taken', () => {
  const apiKeys = [{ id: 'crm', sha256: 'a'.repeat(64), scopes: ['tokens'] }];
  expect(dataOf({ ...on, secrets: { apiKeys } }, 'parley')['api-keys']?.split('\n')).toHaveLength(3);
  const own = { ...on, canary: { enabled: true, existingSecret: 'our-key', pools: ['far'] } };
  const objects = ofCanary(own);
  expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  expect(JSON.stringify(specOf(objects, 'Deployment', 'parley-canary-far'))).toContain('"our-key"');
  expect(dataOf(own, 'parley')).not.toHaveProperty('api-keys');
  const existing = { secrets: { existingSecret: 'ours' } };
  expect(() => render({ ...on, ...existing })).toThrow(/canary\.existingSecret/);
  expect(() => render({ ...own, ...existing })).not.toThrow();
});

test('only who reads figures reaches it, and it reaches signaling', () => {
  const objects = render(on);
  const rules = (name: string) => specOf<{ ingress: object[] }>(objects, 'NetworkPolicy', name).ingress;
  expect(rules('parley-canary')).toHaveLength(1);
  expect(JSON.stringify(rules('parley-signaling'))).toContain('"app.kubernetes.io/component":"canary"');
});
