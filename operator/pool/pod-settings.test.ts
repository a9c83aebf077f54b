import { MediaPoolSpec } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { Settings } from '../settings.ts';
import { makePool } from '../test/make.ts';
import type { PodSettings } from './pod.ts';
import { sfuPod } from './sfu-pod.ts';
import { turnPod } from './turn-pod.ts';

const base: PodSettings = {
  namespace: 'parley-system',
  images: { sfu: 'sfu:1', turn: 'turn:1' },
  secretName: 'parley',
};
const template = (spec: object) => ({ podTemplate: { spec } });

describe.each(['sfu', 'turn'] as const)('what the operator is told of all pools reaches a pod: %s', role => {
  const made = (more: Partial<PodSettings>, over: object = {}) => {
    const pool = { metadata: makePool().metadata, spec: MediaPoolSpec.parse({ [role]: template(over) }) };
    const settings = { ...base, ...more };
    const pod =
      role === 'sfu'
        ? sfuPod(pool, settings, { media: [40_000], control: 8080 })
        : turnPod(pool, settings, { control: 8080 });
    const { securityContext, volumes = [], containers = [] } = pod.spec ?? {};
    const [container] = containers;
    const logLevel = container?.env?.filter(({ name }) => name === 'LOG_LEVEL').map(({ value }) => value);
    const modes = volumes.flatMap(({ secret, projected }) => (secret ?? projected)?.defaultMode ?? []);
    return { container, logLevel, securityContext, modes };
  };

  test('when nodes fetch its image', () => {
    expect(made({}).container).not.toHaveProperty('imagePullPolicy');
    expect(made({ pullPolicy: 'Always' }).container).toMatchObject({ imagePullPolicy: 'Always' });
    const over = { containers: [{ name: role, imagePullPolicy: 'Never' }] };
    expect(made({ pullPolicy: 'Always' }, over).container).toMatchObject({ imagePullPolicy: 'Never' });
  });

  test('how much it logs', () => {
    expect(made({}).logLevel).toEqual([]);
    expect(made({ logLevel: 'debug' }).logLevel).toEqual(['debug']);
    const over = { containers: [{ name: role, env: [{ name: 'LOG_LEVEL', value: 'trace' }] }] };
    expect(made({ logLevel: 'debug' }, over).logLevel).toEqual(['trace']);
  });

  test('where its spans go, if it makes any', () => {
    const traced = (tracing: PodSettings['tracing']) =>
      made({ tracing }).container?.env?.filter(({ name }) => name.startsWith('OTEL_'));
    expect(traced({ endpoint: undefined, ratio: 1 })).toEqual([]);
    expect(traced({ endpoint: 'http://collector:4318', ratio: 0.1 })).toEqual(
      role === 'turn'
        ? []
        : [
            { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector:4318' },
            { name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.1' },
          ],
    );
  });

  test('whom it runs as, and so who reads its secrets', () => {
    const redisCa = { kind: 'Secret', name: 'redis-ca', key: 'ca.crt' } as const;
    const [own, chosen] = [made({ redisCa, user: 2000 }), made({ redisCa })];
    const ids = { runAsUser: 2000, runAsGroup: 2000, fsGroup: 2000 };
    const rest = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    expect(own.securityContext).toEqual({ ...rest, ...ids });
    expect(chosen.securityContext).toEqual(rest);
    expect(new Set(own.modes)).toEqual(new Set([0o440]));
    expect(new Set(chosen.modes)).toEqual(new Set([0o444]));
    const over = { securityContext: { runAsUser: 3000, fsGroup: null } };
    expect(made({ user: 2000 }, over).securityContext).toEqual({
      ...rest,
      runAsUser: 3000,
      runAsGroup: 2000,
    });
  });
});

describe('settings of pods of all pools', () => {
  const env = {
    NAMESPACE: 'parley-system',
    REDIS_URL: 'redis://127.0.0.1',
    CONTROL_TOKEN: 'control-token-of-the-tests',
    WEB_URL: 'http://localhost',
    SFU_IMAGE: 'sfu:1',
    TURN_IMAGE: 'turn:1',
    SECRET_NAME: 'parley',
  };

  test.each([
    [{}, 1000],
    [{ RUN_AS_USER: '1000650000' }, 1_000_650_000],
    [{ RUN_AS_USER: '' }, undefined],
  ])('the user of %j is %j', (more, user) => {
    expect(Settings.parse({ ...env, ...more }).RUN_AS_USER).toBe(user);
  });

  test('root is refused', () => {
    const { error } = Settings.safeParse({ ...env, RUN_AS_USER: '0' });
    expect(error?.issues).toMatchObject([{ path: ['RUN_AS_USER'] }]);
  });

  test.each(['IMAGE_PULL_POLICY', 'MEDIA_LOG_LEVEL'])('%s is refused if it is unknown', name => {
    const { error } = Settings.safeParse({ ...env, [name]: 'Sometimes' });
    expect(error?.issues).toMatchObject([{ path: [name] }]);
  });
});
