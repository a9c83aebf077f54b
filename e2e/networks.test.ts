import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { kubectl, roomManifest } from './kubectl.ts';
import { Person } from './person.ts';

const stack = inject('stack');
const kube = kubectl(stack.kubeconfig);
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.each(['udp', 'tcp'] as const)('a call that is relayed by coturn over %s', relay => {
  it('is seen and heard on both sides', async () => {
    const room = `relay-${relay}`;
    await kube.apply(roomManifest(room));
    await kube('wait', `room/${room}`, '--for=condition=Ready', '--timeout=20s');
    const settings = { webUrl: stack.webUrl, room, relay };
    const people = await Promise.all(
      ['Ada', 'Grace'].map(name => Person.join(browser, { ...settings, name })),
    );

    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      expect(paths.map(path => path.direction).sort()).toEqual(['receive', 'send']);
      for (const path of paths) expect(path).toMatchObject({ local: 'relay', relayProtocol: relay });
    }

    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room', room);
  });
});

describe('a call where UDP is blocked', () => {
  it('goes straight to the SFU over TCP', async () => {
    const room = 'direct-tcp';
    await kube.apply(roomManifest(room));
    await kube('wait', `room/${room}`, '--for=condition=Ready', '--timeout=20s');
    const people = await Promise.all(
      ['Ada', 'Grace'].map(name => Person.join(browser, { webUrl: stack.webUrl, room, name, tcpOnly: true })),
    );

    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      for (const path of paths) expect(path).toMatchObject({ remote: 'host', protocol: 'tcp' });
    }

    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room', room);
  });
});
