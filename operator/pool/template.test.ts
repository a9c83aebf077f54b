import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { withTemplate } from './template.ts';

const pod = (spec: object = {}): V1Pod => ({
  metadata: {
    name: 'p',
    labels: { 'parley.dev/pool': 'default', 'app.kubernetes.io/component': 'sfu' },
    annotations: { 'parley.dev/template': 'hash' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Owner', name: 'o', uid: 'u' }],
  },
  spec: { containers: [{ name: 'sfu' }], ...spec },
});
const over = (spec: object, under: object = {}) =>
  withTemplate(pod(under), { metadata: {}, spec: { ...spec } }).spec as object;

describe('a template is laid over a pod', () => {
  test.each([
    [
      'field by field',
      { securityContext: { fsGroup: 1 } },
      { securityContext: { runAsUser: 2 } },
      { securityContext: { fsGroup: 1, runAsUser: 2 } },
    ],
    ['with new fields', {}, { priorityClassName: 'high' }, { priorityClassName: 'high' }],
    ['taking away what is null', { dnsPolicy: 'Default' }, { dnsPolicy: null }, {}],
    [
      'with lists that have no names as a whole',
      { tolerations: [{ key: 'a' }] },
      { tolerations: [{ key: 'b', operator: 'Exists' }] },
      { tolerations: [{ key: 'b', operator: 'Exists' }] },
    ],
    [
      'with containers by name, and further ones after them',
      { containers: [{ name: 'sfu', image: 'i' }] },
      { containers: [{ name: 'sidecar' }, { name: 'sfu', resources: { limits: { cpu: '2' } } }] },
      { containers: [{ name: 'sfu', image: 'i', resources: { limits: { cpu: '2' } } }, { name: 'sidecar' }] },
    ],
    [
      'with variables by name, whose sources do not mix',
      {
        containers: [
          {
            name: 'sfu',
            env: [
              { name: 'A', valueFrom: { fieldRef: {} } },
              { name: 'B', value: 'b' },
            ],
          },
        ],
      },
      {
        containers: [
          {
            name: 'sfu',
            env: [
              { name: 'A', value: 'a' },
              { name: 'C', value: 'c' },
            ],
          },
        ],
      },
      {
        containers: [
          {
            name: 'sfu',
            env: [
              { name: 'A', value: 'a' },
              { name: 'B', value: 'b' },
              { name: 'C', value: 'c' },
            ],
          },
        ],
      },
    ],
    [
      'with ports by name',
      { containers: [{ name: 'sfu', ports: [{ name: 'control', containerPort: 1 }] }] },
      { containers: [{ name: 'sfu', ports: [{ name: 'control', hostIP: '::1' }, { name: 'x' }] }] },
      {
        containers: [
          { name: 'sfu', ports: [{ name: 'control', containerPort: 1, hostIP: '::1' }, { name: 'x' }] },
        ],
      },
    ],
    [
      'with volumes by name and mounts by path',
      {
        containers: [{ name: 'sfu', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        volumes: [{ name: 'data', emptyDir: {} }],
      },
      {
        containers: [{ name: 'sfu', volumeMounts: [{ name: 'data', mountPath: '/more' }] }],
        volumes: [{ name: 'data', hostPath: { path: '/x' } }],
      },
      {
        containers: [
          {
            name: 'sfu',
            volumeMounts: [
              { name: 'data', mountPath: '/data' },
              { name: 'data', mountPath: '/more' },
            ],
          },
        ],
        volumes: [{ name: 'data', hostPath: { path: '/x' } }],
      },
    ],
  ])('%s', (_, under, template, result) => {
    expect(over(template, under)).toEqual({ containers: [{ name: 'sfu' }], ...result });
  });
});

test("Parley's labels, annotations and owners stay", () => {
  const made = withTemplate(pod(), {
    metadata: {
      labels: { team: 'media', 'app.kubernetes.io/component': 'mine', 'parley.dev/room': 'mine' },
      annotations: { note: 'x', 'parley.dev/template': 'mine', 'parley.dev/addresses': '192.0.2.1' },
    },
  });
  expect(made.metadata).toEqual({
    ...pod().metadata,
    labels: { ...pod().metadata?.labels, team: 'media' },
    annotations: { ...pod().metadata?.annotations, note: 'x' },
  });
});

test('a template with the names of what objects inherit does no harm', () => {
  const spec = JSON.parse('{"__proto__": {"polluted": true}, "constructor": [{"name": "x"}]}');
  over(spec);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
