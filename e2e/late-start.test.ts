import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ControlPlane, startControlPlane } from '@parley/local';
import { definitions } from '@parley/resources';
import { locateTools } from '@parley/setup';
import { eventually, freePort, startRedis, type TestRedis } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let controlPlane: ControlPlane;
let redis: TestRedis;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-late-'));
  [controlPlane, redis] = await Promise.all([startControlPlane({ dir }), startRedis()]);
  await controlPlane.apply([...definitions]);
  await Promise.all([controlPlane.killApiserver(), redis.stop()]);
});
afterAll(async () => {
  await controlPlane?.stop();
  await redis?.[Symbol.asyncDispose]();
});

interface Service {
  child: ChildProcess;
  name: string;
  url: string;
  lines: string[];
}

async function start(
  name: 'operator' | 'signaling' | 'sfu-node',
  env: Record<string, string>,
): Promise<Service> {
  const port = await freePort();
  const main = fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH ?? '',
      LISTEN_HOST: '127.0.0.1',
      PORT: `${port}`,
      REDIS_URL: redis.url,
      CONTROL_TOKEN: randomBytes(24).toString('hex'),
      WEB_URL: 'http://localhost:8080',
      KUBECONFIG: controlPlane.kubeconfig,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const service: Service = { child, name, url: `http://127.0.0.1:${port}`, lines: [] };
  child.stdout?.on('data', chunk => service.lines.push(...`${chunk}`.trim().split('\n')));
  return service;
}

const readiness = async (service: Service) => {
  const response = await fetch(`${service.url}/readyz`);
  return { status: response.status, ...((await response.json()) as { ready: boolean; reason?: string }) };
};

describe('with neither Redis nor the API server there at start', () => {
  it('the services say so, keep trying, and come up when they are', async () => {
    const services = await Promise.all([
      start('operator', {
        NAMESPACE: 'default',
        SECRET_NAME: 'parley',
        SFU_IMAGE: 'parley/sfu-node',
        TURN_IMAGE: 'parley/turn-node',
      }),
      start('signaling', {
        TURN_SECRET: randomBytes(24).toString('hex'),
        TOKEN_SIGNING_KEY: randomBytes(32).toString('hex'),
        API_KEY: randomBytes(24).toString('hex'),
      }),
      start('sfu-node', {
        POD_NAME: 'late',
        POD_UID: randomUUID(),
        POD_IP: '127.0.0.1',
        ANNOUNCED_ADDRESSES: '127.0.0.1',
        MEDIA_PORTS: `${await freePort()}`,
        MEDIASOUP_WORKER_BIN: locateTools().mediasoupWorker,
      }),
    ]);
    try {
      for (const service of services) {
        await eventually(`${service.name} to log what is missing`, () =>
          service.lines.some(line => /"level":"(warn|error)"/.test(line) && /redis/i.test(line)),
        );
      }
      for (const service of services.filter(service => service.name !== 'sfu-node')) {
        const state = await eventually(`${service.name} to answer`, () => readiness(service));
        expect(state).toMatchObject({ status: 503, ready: false });
        expect(state.reason).toMatch(/redis|api/i);
      }

      await Promise.all([redis.start(), controlPlane.restartApiserver()]);
      for (const service of services) {
        await eventually(`${service.name} to be ready`, async () => (await readiness(service)).ready, 30_000);
        expect(service.child.exitCode).toBeNull();
        const complaints = service.lines.filter(line => /"level":"(warn|error)"/.test(line));
        expect(complaints.length, complaints.join('\n')).toBeLessThan(6);
      }
    } finally {
      await Promise.all(
        services.map(async ({ child }) => {
          if (child.exitCode !== null) return;
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
        }),
      );
    }
  });
});
