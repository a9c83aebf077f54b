import { Exposure } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { addressesAnnotation, addressSourceAnnotation, Node } from '../kinds.ts';
import { makePod } from '../test/make.ts';
import { announcedBy, isMisannounced, lacksAddresses, nodeAddresses } from './addresses.ts';

const makeNode = (...addresses: [type: string, address: string][]) =>
  Node.parse({
    metadata: { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
  });

const everything = makeNode(
  ['Hostname', 'n'],
  ['InternalIP', '10.0.0.5'],
  ['InternalIP', 'fd00::5'],
  ['InternalIP', '10.0.0.6'],
  ['ExternalIP', '203.0.113.5'],
  ['ExternalIP', '2001:db8::5'],
  ['InternalDNS', 'n.internal'],
  ['ExternalDNS', 'n.example.com'],
);

describe('of the addresses of a node, clients are told', () => {
  test.each([
    [
      'the preferred type',
      { addressTypes: ['InternalIP', 'ExternalIP'] },
      ['10.0.0.5', 'fd00::5'],
      'InternalIP',
    ],
    ['numbers instead of a name', {}, ['203.0.113.5', '2001:db8::5'], 'ExternalIP'],
    ['a name that is asked for', { addressTypes: ['ExternalDNS'] }, ['n.example.com'], 'ExternalDNS'],
    ['one per family', { addressTypes: ['ExternalIP'] }, ['203.0.113.5', '2001:db8::5'], 'ExternalIP'],
    [
      'the preferred family first',
      { addressTypes: ['InternalIP'], ipFamilies: ['IPv6', 'IPv4'] },
      ['fd00::5', '10.0.0.5'],
      'InternalIP',
    ],
    [
      'those of wanted families',
      { addressTypes: ['InternalIP'], ipFamilies: ['IPv6'] },
      ['fd00::5'],
      'InternalIP',
    ],
    [
      'no name besides an address',
      { addressTypes: ['InternalIP', 'ExternalDNS'], ipFamilies: ['IPv4'] },
      ['10.0.0.5'],
      'InternalIP',
    ],
  ])('%s', (_, exposure, addresses, source) => {
    expect(nodeAddresses('sfu', everything, Exposure.parse(exposure))).toEqual({ addresses, source });
  });

  test('the name for a relay, and for an SFU if the node gives no numbers', () => {
    const name = { addresses: ['n.example.com'], source: 'ExternalDNS' };
    expect(nodeAddresses('turn', everything, Exposure.parse({}))).toEqual(name);
    const named = makeNode(['ExternalDNS', 'n.example.com'], ['InternalIP', '10.0.0.5']);
    expect(nodeAddresses('sfu', named, Exposure.parse({}))).toEqual(name);
  });

  test('the next type, for a family that the preferred one lacks', () => {
    const node = makeNode(
      ['ExternalIP', '203.0.113.5'],
      ['InternalIP', '10.0.0.5'],
      ['InternalIP', 'fd00::5'],
    );
    expect(nodeAddresses('sfu', node, Exposure.parse({}))).toEqual({
      addresses: ['203.0.113.5', 'fd00::5'],
      source: 'ExternalIP',
    });
  });

  test('nothing if there is nothing', () => {
    expect(nodeAddresses('sfu', makeNode(['Hostname', 'n']), Exposure.parse({}))).toBeUndefined();
    const onlyOld = makeNode(['ExternalIP', '203.0.113.5']);
    expect(nodeAddresses('sfu', onlyOld, Exposure.parse({ ipFamilies: ['IPv6'] }))).toBeUndefined();
  });
});

describe('a pod', () => {
  const told = (addresses: string, source: string) => ({
    annotations: { [addressesAnnotation]: addresses, [addressSourceAnnotation]: source },
  });

  test('announces what its annotations say, or its own addresses', () => {
    expect(announcedBy(makePod('a', told('192.0.2.1,2001:db8::1', 'InternalIP')))).toEqual({
      addresses: ['192.0.2.1', '2001:db8::1'],
      source: 'InternalIP',
    });
    const own = makePod('a', { annotations: { [addressSourceAnnotation]: 'Pod' } });
    expect(announcedBy(own)).toEqual({ addresses: ['10.0.0.1'], source: 'Pod' });
    expect(lacksAddresses(own)).toBe(false);
    const podIPs = [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }, { ip: '10.0.0.2' }];
    const families = (list: string) => ({
      ...own,
      metadata: {
        ...own.metadata,
        annotations: { ...own.metadata.annotations, 'parley.dev/ip-families': list },
      },
      status: { ...own.status, podIPs },
    });
    expect(announcedBy(families('IPv6,IPv4'))?.addresses).toEqual(['fd00::1', '10.0.0.1']);
    expect(announcedBy(families('IPv4'))?.addresses).toEqual(['10.0.0.1']);
    expect(announcedBy(makePod('a'))).toBeUndefined();
    expect(lacksAddresses(makePod('a'))).toBe(true);
  });

  test('announces wrongly once its node has another address', () => {
    const pod = makePod('a', told('10.0.0.5', 'InternalIP'));
    expect(isMisannounced(pod, everything)).toBe(false);
    expect(isMisannounced(pod, makeNode(['InternalIP', '10.0.0.9']))).toBe(true);
    expect(isMisannounced(pod, makeNode())).toBe(false);
    expect(isMisannounced(pod, undefined)).toBe(false);
    expect(isMisannounced(makePod('a', told('198.51.100.1', 'Given')), everything)).toBe(false);
  });
});
