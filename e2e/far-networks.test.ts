import { createHash, X509Certificate } from 'node:crypto';
import { eventually } from '@parley/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../turn-node/test-relay.ts';
import { launchBrowser } from './browser.ts';
import { FarNetwork, whyNoNamespaces } from './far/network.ts';
import { leadAfar } from './far/page.ts';
import { useFixture } from './fixture.ts';
import { heardBy } from './heard.ts';
import { keepPeers } from './peers.ts';
import { Person } from './person.ts';
import { Wire } from './wire.ts';

const patienceMs = 60_000;
/** On a machine that is busy with other things. */
const longest = { timeout: 240_000 };
const why = await whyNoNamespaces();
const title = `a client in a network of its own${why === undefined ? '' : ` (not on this machine: ${why})`}`;

if (why !== undefined) console.warn(`Skipped: ${title}`);

describe.skipIf(why !== undefined)(title, longest, () => {
  const { stack, kube, makeRoom, makePool, join } = useFixture();
  let network: FarNetwork;
  let browser: Browser;
  let ada: Person;
  let entrance: { address: string; port: number };
  const wire = new Wire();

  beforeAll(async () => {
    const certificate = await makeCertificate('relay.test');
    const key = new X509Certificate(certificate['tls.crt'] ?? '').publicKey;
    const pin = createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('base64');
    await kube.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'far-tls', namespace: 'parley-system' },
      type: 'kubernetes.io/tls',
      stringData: certificate,
    });
    await makePool('far', {
      exposure: { type: 'PodNetwork' },
      turn: {
        port: 3484,
        tlsPort: 5352,
        tls: { secretName: 'far-tls' },
        extraArgs: ['--allow-loopback-peers'],
      },
    });
    await makeRoom('far', { pool: 'far', topology: 'SFU' });

    network = await FarNetwork.make();
    const { hostname, port } = new URL(stack.webUrl);
    entrance = await network.door('tcp', '127.0.0.1', Number(port));
    browser = await launchBrowser(
      [
        `--host-resolver-rules=MAP ${hostname} ${entrance.address}:${entrance.port}`,
        `--ignore-certificate-errors-spki-list=${pin}`,
      ],
      network.browserPath,
    );
    [ada] = await join('far', ['Ada'], { prepare: keepPeers });
  });
  afterAll(async () => {
    await browser?.close();
    await network?.[Symbol.asyncDispose]();
    await ada?.close();
    await kube('delete', 'room/far', 'mediapool/far');
    await kube('delete', 'secret/far-tls', '-n', 'parley-system');
  });

  const ben = (prepare: (page: Page) => Promise<unknown> = async () => {}) =>
    Person.join(browser, {
      webUrl: stack.webUrl,
      room: 'far',
      name: 'Ben',
      prepare: async page => {
        await prepare(page);
        await keepPeers(page);
        await leadAfar(page, network);
      },
    });
  const people = async (...all: Person[]) => {
    const stats = await Promise.all(all.map(person => person.seesAndHears(1, patienceMs)));
    return stats.map(({ paths }) => paths);
  };

  it('is behind a router that translates addresses, and another network gives its media another path', async () => {
    const person = await ben(page => wire.takeOver(page));
    const [paths] = await people(person, ada);
    for (const path of paths ?? []) expect(path).toMatchObject({ remote: 'host', protocol: 'udp' });
    const asked = (name: string) => wire.asked.filter(one => one === name).length;
    expect(asked('restartIce')).toBe(0);

    const before = await heardBy(person);
    await network.change();
    await eventually('Ben to restart ICE both ways', () => asked('restartIce') >= 2, patienceMs);
    await people(person, ada);
    expect((await heardBy(person)).frames).toBeGreaterThan(before.frames);
    expect(asked('renewMedia')).toBe(0);
    expect(asked('join')).toBe(1);
    await person.close();
  });

  it('goes over TCP where UDP is blocked', async () => {
    await network.block('meta l4proto udp');
    const person = await ben();
    const [paths] = await people(person, ada);
    expect(paths).toHaveLength(2);
    for (const path of paths ?? []) expect(path).toMatchObject({ remote: 'host', protocol: 'tcp' });
    await person.close();
  });

  it('goes through a relay over TLS where nothing but that, and the page, is let through', async () => {
    const path = '{.status.endpoints[?(@.role=="turn")].addresses[0]}';
    const relay = await kube('get', 'mediapool/far', '-o', `jsonpath=${path}`);
    const tls = await network.door('tcp', relay, 5352);
    await network.block('meta l4proto udp', `oifname "wan" tcp dport != { ${entrance.port}, ${tls.port} }`);
    const person = await ben();
    const [paths] = await people(person, ada);
    expect(paths).toHaveLength(2);
    for (const path of paths ?? []) expect(path).toMatchObject({ local: 'relay', relayProtocol: 'tls' });
    await person.close();
  });
});
