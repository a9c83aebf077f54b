/** The load test as a Job: it has every file that k6 loads, and reaches signaling. */
import { k6Files, scenarioNames } from '@parley/loadtests/k6';
import { expect, test } from 'vitest';
import { namespace, render, specOf } from './test-render.ts';
import { Values } from './values/index.ts';

interface JobSpec {
  backoffLimit: number;
  template: {
    metadata: { labels: Record<string, string> };
    spec: {
      restartPolicy: string;
      automountServiceAccountToken: boolean;
      nodeSelector?: object;
      containers: {
        image: string;
        args: string[];
        env: { name: string; value?: string; valueFrom?: object }[];
      }[];
      volumes: { configMap: { name: string; items: { key: string; path: string }[] } }[];
    };
  };
}
const jobOf = (loadTest: object) => {
  const objects = render({ loadTest: { enabled: true, ...loadTest } });
  const job = objects.find(({ kind }) => kind === 'Job');
  if (!job) throw new Error('There is no Job.');
  const spec = job.spec as unknown as JobSpec;
  const [container] = spec.template.spec.containers;
  if (!container) throw new Error('There is no container.');
  const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  return { objects, name: job.metadata.name, spec, container, env };
};

test('there is none unless somebody asks for it', () => {
  const objects = render({}).filter(
    ({ kind, metadata }) => kind === 'Job' || metadata.name.includes('loadtest'),
  );
  expect(objects).toEqual([]);
});

test('the pod finds every file of the scenarios where imports look for it, as it is', () => {
  const { objects, spec, container } = jobOf({ scenario: 'chat-fan-out' });
  const [volume] = spec.template.spec.volumes;
  const map = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume?.configMap.name,
  );
  const { data } = map as unknown as { data: Record<string, string> };
  const mounted = new Map(volume?.configMap.items.map(({ key, path }) => [path, data[key]]));
  expect(mounted).toEqual(k6Files());
  for (const key of Object.keys(data)) expect(key).toMatch(/^[-._a-zA-Z0-9]+$/);
  expect(JSON.stringify(data).length).toBeLessThan(500_000);
  expect(container.args).toEqual(['run', '/scripts/chat-fan-out.ts']);
});

test('it runs k6 with what the values say, and the key comes from the Secret', () => {
  const { spec, container, env } = jobOf({
    people: 300,
    rooms: 20,
    duration: '1h30m',
    seed: 7,
    settings: { STAY: '30' },
    remoteWriteUrl: 'http://prometheus:9090/api/v1/write',
    nodeSelector: { load: 'yes' },
  });
  expect(container.image).toBe('docker.io/grafana/k6:2.2.0');
  expect(container.args).toEqual(['run', '--out=experimental-prometheus-rw', '/scripts/meeting-churn.ts']);
  expect(env).toMatchObject({
    BASE_URL: `http://parley-signaling.${namespace}.svc`,
    PEOPLE: '300',
    ROOMS: '20',
    DURATION: '1h30m',
    SEED: '7',
    STAY: '30',
    K6_PROMETHEUS_RW_SERVER_URL: 'http://prometheus:9090/api/v1/write',
    API_KEY: undefined,
  });
  expect(container.env.find(({ name }) => name === 'API_KEY')?.valueFrom).toEqual({
    secretKeyRef: { name: 'parley', key: 'api-key' },
  });
  expect(spec).toMatchObject({
    backoffLimit: 0,
    template: {
      spec: { restartPolicy: 'Never', automountServiceAccountToken: false, nodeSelector: { load: 'yes' } },
    },
  });
});

test('other values are another Job, since one that is there cannot be changed', () => {
  expect(jobOf({ seed: 1 }).name).toBe(jobOf({ seed: 1 }).name);
  expect(jobOf({ seed: 1 }).name).not.toBe(jobOf({ seed: 2 }).name);
});

test('its pod may speak to signaling, and only while it is asked for', () => {
  const { objects, spec } = jobOf({});
  const callers = (all: typeof objects) =>
    JSON.stringify(specOf<{ ingress: object[] }>(all, 'NetworkPolicy', 'parley-signaling').ingress);
  expect(spec.template.metadata.labels['app.kubernetes.io/component']).toBe('loadtest');
  expect(callers(objects)).toContain('loadtest');
  expect(callers(render({}))).not.toContain('loadtest');
});

test('every scenario that there is may be chosen', () => {
  expect(Values.shape.loadTest.safeParse({ scenario: 'nothing' }).success).toBe(false);
  for (const scenario of scenarioNames) {
    expect(Values.shape.loadTest.parse({ scenario })).toMatchObject({ scenario });
  }
});
