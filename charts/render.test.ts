import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitions, MediaPoolSpec } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chartFolder, HelmError, helm, type Rendered, renderChart } from './render.ts';
import { unknownFields } from './test-fields.ts';
import { namespace, render, specOf } from './test-render.ts';
import { kubernetesVersions, matrix } from './test-values.ts';

interface Container {
  name: string;
  image: string;
  securityContext?: object;
  resources?: { requests?: object; limits?: object };
  env?: { name: string; value?: string }[];
  volumeMounts?: { name: string }[];
}
interface PodSpec {
  containers: Container[];
  volumes?: { name: string }[];
  securityContext?: Record<string, unknown>;
  [field: string]: unknown;
}

/** Every pod that would come out of what is rendered, but for those that the operator makes. */
function podsOf(objects: Rendered[]): [string, PodSpec][] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const { template, ...pod } = (spec ?? {}) as { template?: { spec: PodSpec } };
    if (template) return [[`${kind} ${metadata.name}`, template.spec] as [string, PodSpec]];
    return kind === 'Pod' ? [[`Pod ${metadata.name}`, pod as unknown as PodSpec] as [string, PodSpec]] : [];
  });
}

const cases = Object.entries(matrix);

describe.each(cases)('%s', (_, values) => {
  test.each(kubernetesVersions)('Kubernetes %s: renders objects of which each is there once', version => {
    const objects = render(values, version);
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(names.length).toBeGreaterThan(5);
    expect(names).toEqual([...new Set(names)]);
  });

  test('every field is one that Kubernetes has, every pod is restricted and has what it refers to', () => {
    const objects = render(values);
    expect(objects.flatMap(unknownFields)).toEqual([]);
    for (const [name, pod] of podsOf(objects)) {
      expect(pod.securityContext, name).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      const { runAsUser } = pod.securityContext ?? {};
      if (!('runAsUser' in values)) expect(runAsUser, name).toBeGreaterThan(0);
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod[field]).toBeUndefined();
      const volumes = (pod.volumes ?? []).map(volume => volume.name);
      const claimed = name.startsWith('StatefulSet') ? ['data'] : [];
      for (const container of pod.containers) {
        expect(container.securityContext, name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.image, name).toMatch(/^[^\s:@]+(:[^\s:@]+|@sha256:[0-9a-f]{64})$/);
        expect(container.resources).toMatchObject({
          requests: { cpu: /./, memory: /./ },
          limits: { memory: /./ },
        });
        const variables = (container.env ?? []).map(variable => variable.name);
        expect(variables).toEqual([...new Set(variables)]);
        for (const mount of container.volumeMounts ?? [])
          expect([...volumes, ...claimed]).toContain(mount.name);
      }
    }
  });

  test('helm lint --strict has nothing to say', () => {
    const said = helm(['lint', '--strict', chartFolder, '--values', '-'], JSON.stringify(values));
    expect(said).toContain('0 chart(s) failed');
    expect(said).not.toMatch(/\[(WARNING|ERROR)\]/);
  });
});

test('the check of fields sees names and types that Kubernetes does not have', () => {
  const container = { name: 'a', imag: 'x', env: [{ name: 'B', value: 1 }] };
  const deployment = { replicas: 'two', template: { spec: { containers: [container] } } };
  const metadata = { name: 'x' };
  expect(unknownFields({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment })).toEqual([
    'Deployment x.spec.replicas is no number',
    'Deployment x.spec.template.spec.containers[0].imag is no field of V1Container',
    'Deployment x.spec.template.spec.containers[0].env[0].value is no string',
  ]);
  expect(unknownFields({ apiVersion: 'policy/v1', kind: 'Budget', metadata })).toHaveLength(1);
});

describe('wrong values are refused with the path of the mistake', () => {
  const deep = (path: string, value: unknown): object => {
    const [first = '', ...rest] = path.split('.');
    return { [first]: rest.length > 0 ? deep(rest.join('.'), value) : value };
  };
  test.each([
    ['operatr', {}, /operatr/],
    ['operator.replicas', '2', /operator\.replicas: Invalid type/],
    ['operator.replicas', -1, /operator\.replicas/],
    ['signaling.image.repo', 'x', /signaling\.image: Additional property repo/],
    ['signaling.autoscaling.maxReplicas', 'many', /signaling\.autoscaling\.maxReplicas/],
    ['pools.default.minimum', 'one', /pools\.default\.minimum/],
    ['pools.default.exposure.type', 'Magic', /pools\.default\.exposure\.type/],
    ['pools.default.sfu.wrkers', 2, /pools\.default\.sfu: Additional property wrkers/],
    ['pools.Not_a_name', {}, /pools/],
    ['redis.url', 'http://redis', /redis\.url/],
    ['redis.bundled.password', 'short', /redis\.bundled\.password/],
    ['secrets.apiKey', 'too-short', /secrets\.apiKey/],
    ['secrets.apiKeys', [{ id: 'crm', sha256: 'the key itself', scopes: ['tokens'] }], /secrets\.apiKeys/],
    ['secrets.apiKeys', [{ id: 'crm', sha256: 'a'.repeat(64), scopes: ['all'] }], /secrets\.apiKeys/],
    ['signaling.oidc.issuer', 'http://id.example.org', /signaling\.oidc\.issuer/],
    ['signaling.webhooks.urls', ['app.example.org'], /signaling\.webhooks\.urls/],
    ['secrets.webhookSecrets', 'a-secret-of-our-own-choice', /secrets\.webhookSecrets/],
    ['entrance.host', 'https://meet.example.org', /entrance\.host/],
    ['entrance.gateway.socketTimeout', 'for ever', /entrance\.gateway\.socketTimeout/],
    ['newMeetings', 'maybe', /newMeetings/],
    ['signaling.trustedProxies', ['203.0.113.7'], /signaling\.trustedProxies/],
    ['signaling.trustedProxies', ['0.0.0.0/0'], /signaling\.trustedProxies/],
    ['runAsUser', 0, /runAsUser/],
    ['networkPolicy.mediaPorts.from', 70_000, /networkPolicy\.mediaPorts\.from/],
    ['web.frameAncestors', "'self'; script-src *", /web\.frameAncestors/],
  ])('%s: %j', (path, value, message) => {
    expect(() => render(deep(path, value))).toThrow(message);
  });

  test('what only a template can know is refused too', () => {
    expect(() => render({ redis: { bundled: { enabled: false } } })).toThrow(/redis\.url/);
    expect(() => render({ entrance: { host: 'meet', gateway: { enabled: true } } })).toThrow(
      /entrance\.gateway\.parentRefs/,
    );
    expect(() => render({ entrance: { ingress: { enabled: true } } })).toThrow(
      /entrance\.host: name the host/,
    );
    expect(() => render({ signaling: { preStopSeconds: 30 } })).toThrow(/signaling\.preStopSeconds/);
    expect(() => render({ signaling: { handoverSeconds: 21 } })).toThrow(/signaling\.handoverSeconds/);
    expect(() => render({ signaling: { handoverSeconds: 20 } })).not.toThrow();
    expect(() => render({ signaling: { qualityReportSeconds: 1 } })).toThrow(/qualityReportSeconds/);
    expect(() => render({ signaling: { qualityReportSeconds: 0 } })).not.toThrow();
    expect(() => render({ signaling: { oidc: { issuer: 'https://id.example.org' } } })).toThrow(
      /signaling\.oidc\.audience/,
    );
    expect(() => render({ web: { preStopSeconds: 9, terminationGracePeriodSeconds: 9 } })).toThrow(
      /web\.pre/,
    );
    const existing = { existingSecret: 'ours' };
    expect(() => render({ secrets: { ...existing, apiKey: 'a-key-of-our-own-choice' } })).toThrow(
      /secrets\.apiKey/,
    );
    expect(() => render({ secrets: existing, redis: { url: 'redis://redis:6379' } })).toThrow(/redis\.url/);
    expect(() => render({}, '1.27.0')).toThrow(HelmError);
  });
});

test('definitions are those of resources/', () => {
  const rendered = render({}).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const bySpec = rendered.map(({ metadata, spec }) => ({ name: metadata.name, spec }));
  const wanted = definitions.map(({ metadata, spec }) => ({ name: metadata.name, spec }));
  expect(new Set(bySpec)).toEqual(new Set(JSON.parse(JSON.stringify(wanted))));
});

test('pools hold what the operator accepts, with numbers as they were given', () => {
  const pools = render(matrix['everything on'] ?? {}).filter(({ kind }) => kind === 'MediaPool');
  expect(pools).toHaveLength(2);
  for (const { spec } of pools) expect(MediaPoolSpec.safeParse(spec)).toMatchObject({ success: true });
  const [first] = pools;
  expect(first?.spec).toMatchObject({
    freeRooms: 100_000,
    sfu: { podTemplate: { spec: { priorityClassName: 'parley-media' } } },
  });
});

test("pods of pools get the registry's credentials, but what a pool says itself stays", () => {
  const own = { imagePullSecrets: [{ name: 'own' }], nodeSelector: { zone: 'a' } };
  const [pool] = render({
    image: { pullSecrets: ['registry'] },
    secrets: { existingSecret: 'ours' },
    pools: { default: { sfu: { podTemplate: { spec: own } } } },
  }).filter(({ kind }) => kind === 'MediaPool');
  expect(pool?.spec).toEqual({
    sfu: { podTemplate: { spec: own } },
    turn: { podTemplate: { spec: { imagePullSecrets: [{ name: 'registry' }] } } },
  });
});

test('API keys stand in the Secret as signaling reads them, and need no restart', () => {
  const [sha256, scopes] = ['a'.repeat(64), ['rooms:read', 'tokens']];
  const signaling = (apiKeys: object[]) => {
    const objects = render({
      redis: { url: 'redis://redis:6379', bundled: { enabled: false } },
      secrets: {
        controlToken: 'c'.repeat(16),
        turnSecret: 't'.repeat(16),
        tokenSigningKey: 's'.repeat(16),
        apiKey: 'k'.repeat(16),
        apiKeys,
      },
    });
    const secret = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === 'parley');
    const data = (secret as { data?: Record<string, string> } | undefined)?.data ?? {};
    const { template } = specOf<{ template: { metadata: object } }>(
      objects,
      'Deployment',
      'parley-signaling',
    );
    return { keys: data['api-keys'] && atob(data['api-keys']), annotations: template.metadata };
  };
  const [none, two] = [signaling([]), signaling(['crm', 'crm-2'].map(id => ({ id, sha256, scopes })))];
  expect(none.keys).toBeUndefined();
  expect(two.keys).toBe(`crm ${sha256} rooms:read,tokens\ncrm-2 ${sha256} rooms:read,tokens\n`);
  expect(two.annotations).toEqual(none.annotations);
});

test('pods of pools are exchanged when a secret that they read has changed', () => {
  const checksum = (secrets: object, url = 'redis://redis:6379') => {
    const pool = render({ redis: { url, bundled: { enabled: false } }, secrets }).find(
      ({ kind }) => kind === 'MediaPool',
    );
    const { sfu, turn } = MediaPoolSpec.parse(pool?.spec);
    expect(sfu.podTemplate).toEqual(turn.podTemplate);
    return sfu.podTemplate.metadata.annotations?.['checksum/secret'];
  };
  const [one, other] = [
    { controlToken: 'the-first-token-there-is' },
    { controlToken: 'the-second-token-there-is' },
  ];
  expect(checksum(one)).toMatch(/^[0-9a-f]{64}$/);
  expect(checksum({ ...one, apiKey: 'a-key-that-pools-do-not-read' })).toBe(checksum(one));
  expect(checksum(other)).not.toBe(checksum(one));
  expect(checksum(one, 'redis://other:6379')).not.toBe(checksum(one));
  expect(checksum({ existingSecret: 'ours' }, '')).toBeUndefined();
});

test('without a cluster to look into, an existing Secret makes every rendering the same', () => {
  const values = { ...matrix['everything on'], secrets: { existingSecret: 'ours' } };
  expect(render(values)).toEqual(render(values));
  expect(render({})).not.toEqual(render({}));
});

test('signaling is told its limits', () => {
  const { template } = specOf<{ template: { spec: PodSpec } }>(
    render({ signaling: { joinsPerSecond: 7, connectionsPerAddress: 9 } }),
    'Deployment',
    'parley-signaling',
  );
  const env = template.spec.containers[0]?.env;
  expect(env).toContainEqual({ name: 'HANDOVER_SECONDS', value: '10' });
  expect(env).toContainEqual({ name: 'MOVE_DEADLINE_SECONDS', value: '20' });
  expect(env).toContainEqual({ name: 'JOINS_PER_SECOND', value: '7' });
  expect(env).toContainEqual({ name: 'ROOM_JOINS_PER_SECOND', value: '50' });
  expect(env).toContainEqual({ name: 'QUALITY_REPORT_SECONDS', value: '10' });
  expect(env).toContainEqual({ name: 'CONNECTIONS_PER_ADDRESS', value: '9' });
});

test('signaling is told of pages that may connect, if there are any', () => {
  const env = (values: object) => {
    const { template } = specOf<{ template: { spec: PodSpec } }>(
      render(values),
      'Deployment',
      'parley-signaling',
    );
    return template.spec.containers[0]?.env?.find(({ name }) => name === 'ALLOWED_ORIGINS')?.value;
  };
  expect(env({})).toBeUndefined();
  const allowedOrigins = ['https://app.example.org', 'http://localhost:3000'];
  expect(env({ signaling: { allowedOrigins } })).toBe('https://app.example.org http://localhost:3000');
});

test('signaling is told of proxies, if there are any', () => {
  const env = (values: object) => {
    const { template } = specOf<{ template: { spec: PodSpec } }>(
      render(values),
      'Deployment',
      'parley-signaling',
    );
    return template.spec.containers[0]?.env;
  };
  const TRUSTED_PROXIES = { name: 'TRUSTED_PROXIES', value: '35.191.0.0/16,2600:1901::/48' };
  expect(env(matrix['everything on'] ?? {})).toContainEqual(TRUSTED_PROXIES);
  expect(env({})?.map(({ name }) => name)).not.toContain('TRUSTED_PROXIES');
});

test('the operator passes on to pools what counts for all processes', () => {
  const env = (values: object) => {
    const { template } = specOf<{ template: { spec: PodSpec } }>(
      render(values),
      'Deployment',
      'parley-operator',
    );
    return template.spec.containers[0]?.env;
  };
  const values = { image: { pullPolicy: 'Always' }, logLevel: 'debug', runAsUser: 1_000_650_000 };
  expect(env(values)).toEqual(
    expect.arrayContaining([
      { name: 'IMAGE_PULL_POLICY', value: 'Always' },
      { name: 'MEDIA_LOG_LEVEL', value: 'debug' },
      { name: 'RUN_AS_USER', value: '1000650000' },
    ]),
  );
  expect(env({ runAsUser: null })).toContainEqual({ name: 'RUN_AS_USER', value: '' });
});

test('where traces go is told to those that make them, and to nobody where they go nowhere', () => {
  const env = (component: string, values: object) =>
    specOf<{ template: { spec: PodSpec } }>(
      render(values),
      'Deployment',
      `parley-${component}`,
    ).template.spec.containers[0]?.env?.filter(({ name }) => name.startsWith('OTEL_'));
  const tracing = { endpoint: 'http://tempo.monitoring:4318' };
  for (const component of ['operator', 'signaling']) {
    expect(env(component, {})).toEqual([]);
    expect(env(component, { tracing })).toEqual([
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://tempo.monitoring:4318' },
      { name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.1' },
    ]);
  }
});

test('a pool keeps as many SFU pods as its budget says, however many run', () => {
  const media = { podDisruptionBudget: { enabled: true, minAvailable: 3 } };
  const budget = render({ media }).find(({ metadata }) => metadata.name === 'parley-sfu-default');
  // For maxUnavailable Kubernetes asks for the scale of the owner in the pods' namespace, where no pool is.
  expect(budget?.spec).toMatchObject({ minAvailable: 3 });
  expect(budget?.spec).not.toHaveProperty('maxUnavailable');
});

test('pods carry no label that changes with the version of the chart', () => {
  for (const { kind, spec } of render(matrix['everything on'] ?? {})) {
    const { template } = (spec ?? {}) as { template?: { metadata: { labels: object } } };
    if (template) expect(Object.keys(template.metadata.labels), kind).not.toContain('helm.sh/chart');
  }
});

test('a dashboard beside the chart becomes a ConfigMap that Grafana finds', async () => {
  const chart = await mkdtemp(join(tmpdir(), 'parley-dashboards-'));
  try {
    await cp(chartFolder, chart, { recursive: true });
    await mkdir(join(chart, 'dashboards'), { recursive: true });
    await writeFile(join(chart, 'dashboards/calls.json'), '{"title":"Calls {{ room }}"}');
    const values = { monitoring: { dashboards: { enabled: true } } };
    const made = renderChart({ namespace, chart, values }).find(
      ({ metadata }) => metadata.name === 'parley-dashboard-calls',
    );
    expect(made?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(JSON.parse(((made?.data ?? {}) as Record<string, string>)['calls.json'] ?? '')).toEqual({
      title: 'Calls {{ room }}',
    });
  } finally {
    await rm(chart, { recursive: true });
  }
});

test('each alert names its runbook, and objectives are those of the values', () => {
  const { monitoring } = matrix['everything on'] as { monitoring: { prometheusRule: object } };
  const prometheusRule = { ...monitoring.prometheusRule, objectives: { audio: 0.9 } };
  const values = { ...matrix['everything on'], monitoring: { ...monitoring, prometheusRule } };
  type Rule = { expr: string; labels: Record<string, string> } & (
    | { alert: string; annotations: Record<string, string> }
    | { record: string }
  );
  const { groups } = specOf<{ groups: { rules: Rule[] }[] }>(render(values), 'PrometheusRule', 'parley');
  const rules = groups.flatMap(group => group.rules);
  for (const rule of rules) {
    if (!('alert' in rule)) continue;
    const { alert, annotations } = rule;
    expect(annotations.runbook_url).toBe(`https://example.org/runbooks/alerts.md#${alert.toLowerCase()}`);
  }
  const objectives = rules.filter(rule => 'record' in rule && rule.record === 'parley:slo_objective:ratio');
  expect(Object.fromEntries(objectives.map(({ labels, expr }) => [labels.slo, expr]))).toEqual({
    joinSuccess: 'vector(0.995)',
    joinTime: 'vector(0.95)',
    audio: 'vector(0.9)',
    freezes: 'vector(0.99)',
  });
});

test('helm package makes an archive with the version of the chart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-package-'));
  try {
    helm(['package', chartFolder, '--destination', folder]);
    const { version } = parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8')) as { version: string };
    expect(await readdir(folder)).toEqual([`parley-${version}.tgz`]);
    const objects = renderChart({ namespace, chart: join(folder, `parley-${version}.tgz`) });
    expect(objects.some(({ kind }) => kind === 'CustomResourceDefinition')).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});
