import { MediaPoolSpec } from '@parley/resources';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Service } from '../kinds.ts';
import { makePod } from '../test/make.ts';
import { allocatePorts, outOfPorts, relayControlPort, sfuPorts, usedNodePorts } from './ports.ts';

const spec = (exposure: object, more: object = {}) => MediaPoolSpec.parse({ exposure, ...more });
const range = (from: number, to: number) => ({ from, to });

test('ports of pods that are about to go, and of Services, are in use', () => {
  const pods = [
    makePod('a', { hostPorts: [4000, 4001] }),
    makePod('b', { hostPorts: [4002], terminating: true }),
  ];
  const service = Service.parse({
    metadata: {
      ...{ name: 'a', namespace: 'parley-system', uid: 'u', resourceVersion: '1' },
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { ports: [{ port: 30_000, nodePort: 30_000 }] },
  });
  expect([...usedNodePorts(pods, [service])]).toEqual([4000, 4001, 4002, 30_000]);
});

test('on the network of its node, a pod has every port that it declares', () => {
  const pod = makePod('a', { ports: { control: 4000 } });
  expect([...usedNodePorts([{ ...pod, spec: { ...pod.spec, hostNetwork: true } }], [])]).toEqual([4000]);
});

test('allocation gives the lowest free ports or none', () => {
  expect(allocatePorts(range(4000, 4004), new Set([4000, 4002]), 2)).toEqual([4001, 4003]);
  expect(allocatePorts(range(4000, 4004), new Set([4000, 4002]), 4)).toBeUndefined();
  expect(allocatePorts(range(4000, 4000), new Set(), 1)).toEqual([4000]);
});

test('allocation never collides and uses the whole range', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 8 }), (size, workers) => {
      const all = range(40_000, 40_000 + size - 1);
      const used = new Set<number>();
      let pods = 0;
      for (;;) {
        const ports = allocatePorts(all, used, workers);
        if (!ports) break;
        pods += 1;
        for (const port of ports) {
          expect(used.has(port) || port < all.from || port > all.to).toBe(false);
          used.add(port);
        }
      }
      expect(pods).toBe(Math.floor(size / workers));
    }),
  );
});

describe('an SFU pod gets', () => {
  const used = new Set([40_000, 30_001]);
  test.each([
    ['HostPort', { media: [40_001, 40_002], control: 8080 }],
    ['HostNetwork', { media: [40_002, 40_003], control: 40_001 }],
    ['NodePort', { media: [30_000, 30_002], control: 8080 }],
    ['PodNetwork', { media: [40_000, 40_001], control: 8080 }],
    ['TurnOnly', { media: [40_000, 40_001], control: 8080 }],
  ])('the ports of %s', (type, ports) => {
    expect(sfuPorts(spec({ type }), used)).toEqual(ports);
  });

  test('no media port where its control API listens', () => {
    expect(sfuPorts(spec({ hostPorts: range(8080, 8082) }), new Set())?.media).toEqual([8081, 8082]);
  });

  test.each(['HostPort', 'HostNetwork', 'NodePort'])('none of %s once they are used up', type => {
    const full = spec({ type, hostPorts: range(4000, 4000), nodePorts: range(30_000, 30_000) });
    expect(sfuPorts(full, new Set())).toBeUndefined();
    expect(outOfPorts('sfu', full)).toMatch(
      type === 'NodePort' ? 'widen spec.exposure.nodePorts' : 'widen spec.exposure.hostPorts',
    );
  });
});

test("a relay answers probes on a port that is neither its clients' nor another pod's", () => {
  expect(relayControlPort(spec({}), new Set())).toBe(8080);
  const awkward = { turn: { port: 8080, tlsPort: 8081 } };
  expect(relayControlPort(spec({}, awkward), new Set())).toBe(8082);
  expect(relayControlPort(spec({ type: 'HostNetwork' }), new Set([40_000]))).toBe(40_001);
  const full = spec({ type: 'HostNetwork', hostPorts: range(4000, 4000) });
  expect(relayControlPort(full, new Set([4000]))).toBeUndefined();
  const beside = spec(
    { type: 'NodePort', hostPorts: range(4000, 4000) },
    { turn: { exposure: 'HostNetwork' } },
  );
  expect(relayControlPort(beside, new Set([4000]))).toBeUndefined();
  expect(outOfPorts('turn', beside)).toContain('from 4000 to 4000 are taken: widen spec.exposure.hostPorts');
});
