import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { eventually } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, describe, expect, it } from 'vitest';
import { AddressError, type IpFamily, mediaAddresses } from './addresses.ts';
import { createSender, type TestPeer } from './test-peer.ts';
import { call, openSession, request, startSfu } from './test-sfu.ts';

const both: IpFamily[] = ['IPv4', 'IPv6'];
const noDns = () => Promise.reject(new Error('no DNS here'));

describe('media addresses', () => {
  it.each([
    ['the pod itself', ['10.0.0.1'], both, undefined, [['10.0.0.1', '10.0.0.1']]],
    ['its node', ['10.0.0.1'], both, ['203.0.113.1'], [['10.0.0.1', '203.0.113.1']]],
    [
      'both families, the preferred one first',
      ['10.0.0.1', 'fd00::1'],
      ['IPv6', 'IPv4'] satisfies IpFamily[],
      ['203.0.113.1', '2001:db8::1'],
      [
        ['fd00::1', '2001:db8::1'],
        ['10.0.0.1', '203.0.113.1'],
      ],
    ],
    [
      'the only wanted family',
      ['10.0.0.1', 'fd00::1'],
      ['IPv6'] satisfies IpFamily[],
      undefined,
      [['fd00::1', 'fd00::1']],
    ],
    [
      'the only announced family',
      ['10.0.0.1', 'fd00::1'],
      both,
      ['2001:db8::1'],
      [['fd00::1', '2001:db8::1']],
    ],
  ])('are those of %s', async (_, ips, families, announced, pairs) => {
    const found = await mediaAddresses({ ips, families, announced }, noDns);
    expect(found).toEqual(pairs.map(([ip, told]) => ({ ip, announced: told })));
  });

  it('of a name are looked up, again if that fails', async () => {
    let asked = 0;
    const resolve = async (name: string) => {
      asked += 1;
      if (asked < 3) throw new Error(`no answer for ${name}`);
      return [
        { address: '2001:db8::9', family: 6 },
        { address: '203.0.113.9', family: 4 },
      ];
    };
    const settings = { ips: ['10.0.0.1'], families: both, announced: ['n.example.com'] };
    const found = await mediaAddresses(settings, resolve, { attempts: 3, pauseMs: 0 });
    expect(found).toEqual([{ ip: '10.0.0.1', announced: '203.0.113.9' }]);
  });

  it.each([
    ['not_announced', []],
    ['not_resolved', ['n.example.com']],
    ['no_common_family', ['2001:db8::1']],
  ])('lead to an error, %s, if they lead nobody here', async (code, announced) => {
    const settings = { ips: ['10.0.0.1'], families: both, announced };
    const failure = mediaAddresses(settings, noDns, { attempts: 2, pauseMs: 0 });
    await expect(failure).rejects.toSatisfy(error => error instanceof AddressError && error.code === code);
  });
});

it('ends at once, and says why, when it is not told yet what to announce', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
    env: {
      POD_NAME: 'sfu',
      POD_IP: '127.0.0.1',
      ANNOUNCED_ADDRESSES: '',
      MEDIA_PORTS: '40000',
      REDIS_URL: 'redis://127.0.0.1:1',
      CONTROL_TOKEN: 'a-token-for-the-tests',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(status).toBe(1);
  expect(output).toContain('the operator has not said yet what address clients are to be told');
});

describe('an SFU with addresses of both families', () => {
  // Kept until the end: node-datachannel does not take it well when a peer is collected as it closes.
  const peers: TestPeer[] = [];
  afterAll(() => {
    for (const peer of peers) peer[Symbol.dispose]();
    cleanup();
  });

  it('offers UDP and TCP of each, and people come in through either', async () => {
    const ips = ['127.0.0.1', '::1'];
    await using test = await startSfu({
      addresses: { ips, families: ['IPv6', 'IPv4'], announced: undefined },
    });
    const base = test.sfu.controlUrl;
    const port = test.settings.mediaPorts[0];
    for (const address of ips) {
      const { params, send } = await openSession(base);
      const offered = send.iceCandidates.map(({ protocol, address, port }) => [protocol, address, port]);
      expect(offered).toEqual([
        ['udp', '::1', port],
        ['tcp', '::1', port],
        ['udp', '127.0.0.1', port],
        ['tcp', '127.0.0.1', port],
      ]);
      const only = send.iceCandidates.filter(candidate => candidate.address === address);
      const peer = await createSender({ ...send, iceCandidates: only }, 4711, address);
      peers.push(peer);
      const { dtlsParameters } = peer;
      await call(base, 'connectTransport', { ...params, transport: send.id }, { dtlsParameters });
      peer.start();
      await eventually(`a peer to come in through ${address}`, async () => {
        const { text: metrics } = await request(`${base}/metrics`);
        return metrics.includes('parley_sfu_transports{state="connected",protocol="udp"} 1');
      });
      await call(base, 'closeRoom', params, {});
    }
  });

  it('announces the address of each family', async () => {
    const announced = ['203.0.113.1', '2001:db8::1'];
    const addresses = { ips: ['127.0.0.1', '::1'], families: both, announced };
    await using test = await startSfu({ addresses });
    const { send } = await openSession(test.sfu.controlUrl);
    expect([...new Set(send.iceCandidates.map(({ address }) => address))]).toEqual(announced);
  });
});
