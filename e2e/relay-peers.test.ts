import { eventually } from '@parley/testing';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type Address, credentials, TurnClient } from '../turn-node/test-turn-client.ts';
import { kubectl } from './kubectl.ts';

const ok = 0;
const forbidden = 403;
const namespace = ['-n', 'parley-system'] as const;

const Pods = z.object({
  items: z.array(z.object({ status: z.object({ podIP: z.string() }) })),
});

test('a relay of the cluster reaches its SFUs, but neither the API server nor Redis nor signaling', async () => {
  const { kubeconfig } = inject('stack');
  const kube = kubectl(kubeconfig);
  const addressOf = async (component: string) => {
    const selector = ['-l', `app.kubernetes.io/component=${component}`, '-o', 'json'];
    const { items } = Pods.parse(JSON.parse(await kube('get', 'pods', ...namespace, ...selector)));
    const [pod] = items;
    if (!pod) throw new Error(`There is no pod of ${component}.`);
    return pod.status.podIP;
  };
  const server = new URL(
    await kube('config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'),
  );
  const apiServer: Address = { address: server.hostname, port: Number(server.port) };
  const redis: Address = { address: await addressOf('redis'), port: 6379 };
  const signaling: Address = { address: await addressOf('signaling'), port: 8080 };
  const sfu: Address = { address: await addressOf('sfu'), port: 40_000 };
  const encoded = await kube('get', 'secret', 'parley', ...namespace, '-o', 'jsonpath={.data.turn-secret}');
  const secret = Buffer.from(encoded, 'base64').toString().trim();

  using client = await TurnClient.open({ address: await addressOf('turn'), port: 3478 }, credentials(secret));
  expect(await client.allocate()).toBe(ok);
  await eventually('the SFU to be allowed', async () => (await client.createPermission(sfu)) === ok);
  let channel = 0x4000;
  for (const peer of [apiServer, redis, signaling]) {
    expect(await client.createPermission(peer), peer.address).toBe(forbidden);
    expect(await client.bindChannel(channel, peer), peer.address).toBe(forbidden);
    expect(await client.connectTcp(peer), peer.address).toBe(forbidden);
    channel += 1;
  }
  expect(await client.bindChannel(channel, sfu)).toBe(ok);
});
