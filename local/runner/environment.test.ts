import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '../kube/types.ts';
import { containerEnvironment, expand, fieldOf, type Sources } from './environment.ts';

const pod: Pod = {
  metadata: { name: 'web', namespace: 'default', uid: 'u-1', labels: { 'a/b': 'c' }, annotations: {} },
  spec: { containers: [], serviceAccountName: 'runner' },
};
const sources: Sources = {
  podIp: '127.9.2.1',
  hostIp: '127.9.0.1',
  nodeName: 'node',
  secret: async name => (name === 'there' ? { key: 'sesame', other: 'value' } : undefined),
  configMap: async name => (name === 'there' ? { flag: 'on' } : undefined),
};
const environment = (container: Partial<Container>) =>
  containerEnvironment(pod, { name: 'main', ...container }, sources);

describe('$(NAME)', () => {
  test.each([
    ['$(A)/$(B)', 'x/y'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$x'],
    ['$A $', '$A $'],
  ])('%s becomes %s', (text, wanted) => expect(expand(text, { A: 'x', B: 'y' })).toBe(wanted));
});

test('later variables win, see earlier ones, and come after envFrom', async () => {
  const env = await environment({
    envFrom: [{ prefix: 'S_', secretRef: { name: 'there' } }, { configMapRef: { name: 'there' } }],
    env: [
      { name: 'flag', value: 'off' },
      { name: 'URL', value: 'http://$(S_key)/$(LATER)' },
      { name: 'LATER', value: 'too late' },
    ],
  });
  expect(env).toEqual({
    S_key: 'sesame',
    S_other: 'value',
    flag: 'off',
    URL: 'http://sesame/$(LATER)',
    LATER: 'too late',
  });
});

test.each([
  ['metadata.name', 'web'],
  ['metadata.uid', 'u-1'],
  ["metadata.labels['a/b']", 'c'],
  ["metadata.annotations['none']", ''],
  ['status.podIP', '127.9.2.1'],
  ['status.hostIP', '127.9.0.1'],
  ['spec.nodeName', 'node'],
  ['spec.serviceAccountName', 'runner'],
])('the field %s is %s', (path, wanted) => expect(fieldOf(pod, path, sources)).toBe(wanted));

test('an unknown field is refused', () => {
  expect(() => fieldOf(pod, 'spec.hostname', sources)).toThrow('spec.hostname');
});

test('what is missing is named, unless it is optional', async () => {
  const ref = (name: string, key: string, optional?: boolean) => ({
    env: [{ name: 'X', valueFrom: { secretKeyRef: { name, key, ...(optional ? { optional } : {}) } } }],
  });
  await expect(environment(ref('gone', 'key'))).rejects.toThrow('secret "gone" not found');
  await expect(environment(ref('there', 'none'))).rejects.toThrow("couldn't find key none in secret there");
  await expect(environment(ref('gone', 'key', true))).resolves.toEqual({});
});
