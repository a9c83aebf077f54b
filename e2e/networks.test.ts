import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../turn-node/test-relay.ts';
import { useFixture } from './fixture.ts';
import { keepPeers, statsOf } from './peers.ts';

const certificate = await makeCertificate('relay.test');
/** What a certificate is pinned by: a browser that knows no authority of ours still trusts this one alone. */
const pin = createHash('sha256')
  .update(new X509Certificate(certificate['tls.crt'] ?? '').publicKey.export({ type: 'spki', format: 'der' }))
  .digest('base64');

const { kube, makeRoom, makePool, join } = useFixture([`--ignore-certificate-errors-spki-list=${pin}`]);

describe.each(['udp', 'tcp'] as const)('a call that is relayed by coturn over %s', relay => {
  it('is seen and heard on both sides', async () => {
    const room = `relay-${relay}`;
    await makeRoom(room, { topology: 'SFU' });
    const people = await join(room, ['Ada', 'Grace'], { relay });

    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      expect(paths.map(path => path.direction).sort()).toEqual(['receive', 'send']);
      for (const path of paths) expect(path).toMatchObject({ local: 'relay', relayProtocol: relay });
    }

    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room', room);
  });
});

describe('a call that is relayed by coturn over TLS', () => {
  it('is seen and heard on both sides', async () => {
    await kube.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'relay-tls', namespace: 'parley-system' },
      type: 'kubernetes.io/tls',
      stringData: certificate,
    });
    await makePool('encrypted', {
      exposure: { type: 'PodNetwork' },
      turn: {
        port: 3482,
        tlsPort: 5350,
        tls: { secretName: 'relay-tls' },
        extraArgs: ['--allow-loopback-peers'],
      },
    });
    await makeRoom('encrypted', { pool: 'encrypted', topology: 'SFU' });
    const people = await join('encrypted', ['Ada', 'Grace'], { relay: 'tls' });

    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      expect(paths).toHaveLength(2);
      for (const path of paths) expect(path).toMatchObject({ local: 'relay', relayProtocol: 'tls' });
    }

    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room/encrypted', 'mediapool/encrypted');
    await kube('delete', 'secret/relay-tls', '-n', 'parley-system');
  }, 90_000);
});

describe('a call where UDP is blocked', () => {
  it('goes straight to the SFU over TCP', async () => {
    const room = 'direct-tcp';
    await makeRoom(room, { topology: 'SFU' });
    const people = await join(room, ['Ada', 'Grace'], { tcpOnly: true });

    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      for (const path of paths) expect(path).toMatchObject({ remote: 'host', protocol: 'tcp' });
    }

    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room', room);
  });
});

describe.each(['udp', 'tcp'] as const)('a pool whose SFUs have IPv6 alone, over %s', protocol => {
  it('has calls in which everybody sees and hears', async () => {
    const name = `six-${protocol}`;
    const env = ['POD_IPS', 'ANNOUNCED_ADDRESSES'].map(variable => ({ name: variable, value: '::1' }));
    await makePool(name, {
      exposure: { type: 'HostPort', ipFamilies: ['IPv6', 'IPv4'] },
      turn: { replicas: 0 },
      sfu: { workers: 1, podTemplate: { spec: { containers: [{ name: 'sfu', env }] } } },
    });
    await makeRoom(name, { pool: name, topology: 'SFU' });
    const people = await join(name, ['Ada', 'Grace'], { tcpOnly: protocol === 'tcp', prepare: keepPeers });
    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      expect(paths).toHaveLength(2);
      for (const path of paths) expect(path).toMatchObject({ remote: 'host', protocol });
      const candidates = await statsOf(person.page, 'remote-candidate');
      expect([...new Set(candidates.map(({ address }) => address))]).toEqual(['::1']);
    }
    await Promise.all(people.map(person => person.close()));
    await kube('delete', `room/${name}`, `mediapool/${name}`);
  }, 90_000);
});
