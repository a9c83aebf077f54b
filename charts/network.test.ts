/** Who reaches what: policies, routes and ports. */
import { expect, test } from 'vitest';
import { render, specOf } from './test-render.ts';
import { matrix } from './test-values.ts';

test('policies name the ports of pods that the operator makes, which differ from pool to pool', () => {
  const portsOf = (component: string) => {
    const policy = render({}).find(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === `parley-${component}`,
    );
    const { ingress = [] } = (policy?.spec ?? {}) as {
      ingress?: { ports: { protocol: string; port?: unknown }[] }[];
    };
    return ingress.flatMap(({ ports }) => ports.map(({ protocol, port = 'all' }) => `${protocol} ${port}`));
  };
  // operator/pool/pod.test.ts holds the operator to these names.
  expect(portsOf('turn')).toEqual(['UDP all', 'TCP turn-tcp', 'TCP turns-tcp', 'TCP control']);
  expect(portsOf('sfu')).toEqual(['TCP control', 'UDP all', 'TCP 30000', 'TCP control']);
});

test('SFUs are called by operator and signaling, and by each other', () => {
  const { ingress } = specOf<{ ingress: { from?: { podSelector?: { matchLabels: object } }[] }[] }>(
    render({}),
    'NetworkPolicy',
    'parley-sfu',
  );
  const callers = ingress[0]?.from?.map(({ podSelector }) => podSelector?.matchLabels);
  expect(callers).toEqual(
    ['operator', 'signaling', 'sfu'].map(component => ({
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/part-of': 'parley',
    })),
  );
});

test('what is public leads to no health, readiness or figures', () => {
  const objects = render(matrix['everything on'] ?? {});
  const { rules } = specOf<{
    rules: { matches: { path: { value: string } }[]; backendRefs: { name: string }[] }[];
  }>(objects, 'HTTPRoute', 'parley');
  const led = rules.map(({ matches, backendRefs }) => [
    ...matches.map(({ path }) => path.value),
    ...backendRefs.map(({ name }) => name),
  ]);
  expect(led).toEqual([
    ['/socket.io', 'parley-signaling'],
    ['/v1', 'parley-signaling'],
    ['/', 'parley-web'],
  ]);
  const { ports } = specOf<{ ports: object[] }>(objects, 'Service', 'parley-web');
  expect(ports).toEqual([{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }]);

  const { metadata, spec } = specOf<{
    template: { metadata: object; spec: { containers: Record<string, unknown>[] } };
  }>(objects, 'Deployment', 'parley-web').template;
  const [container] = spec.containers;
  expect(container?.ports).toEqual([
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'operations', containerPort: 8081, protocol: 'TCP' },
  ]);
  expect(container?.env).toContainEqual({ name: 'OPERATIONS_PORT', value: '8081' });
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    expect(container?.[probe], probe).toMatchObject({ httpGet: { port: 'operations' } });
  expect(metadata).toMatchObject({ annotations: { 'prometheus.io/port': '8081' } });

  const { ingress } = specOf<{ ingress: object[] }>(objects, 'NetworkPolicy', 'parley-web');
  const operations = ingress.filter(rule => JSON.stringify(rule).includes('operations'));
  expect(operations).toEqual([
    {
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      ports: [{ protocol: 'TCP', port: 'operations' }],
    },
  ]);
  const monitor = specOf<{ podMetricsEndpoints: object[] }>(objects, 'PodMonitor', 'parley');
  expect(monitor.podMetricsEndpoints).toMatchObject([
    {
      port: 'http',
      relabelings: expect.arrayContaining([expect.objectContaining({ action: 'drop', regex: 'web' })]),
    },
    { port: 'operations' },
    { port: 'control' },
  ]);
});
