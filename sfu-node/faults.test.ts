import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { redisChannels, redisKeys, SfuRegistration } from '@parley/protocol';
import { locateTool } from '@parley/setup';
import { createLogger } from '@parley/telemetry';
import { eventually, freePort, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  call,
  newProducer,
  newRoom,
  openSession,
  opus,
  refusalCode,
  request,
  startSfu,
  token,
} from './test-sfu.ts';
import { WorkerPool } from './worker-pool.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  redis.on('error', () => {});
});
afterAll(async () => {
  redis?.disconnect();
  await server?.[Symbol.asyncDispose]();
});

const key = redisKeys.sfu('sfu-test');

async function registration(): Promise<SfuRegistration | undefined> {
  const text = await redis.get(key);
  return text === null ? undefined : SfuRegistration.parse(JSON.parse(text));
}

/** Messages of a channel, from now on. */
async function listen(channel: string): Promise<{ messages: string[] } & AsyncDisposable> {
  const subscriber = new Redis(server.url);
  subscriber.on('error', () => {});
  const messages: string[] = [];
  subscriber.on('message', (_, message) => messages.push(message));
  await subscriber.subscribe(channel);
  return { messages, [Symbol.asyncDispose]: async () => subscriber.disconnect() };
}

describe('a worker that is killed', () => {
  it('takes its rooms with it and no others; signaling is told, and a new worker takes its port', async () => {
    await using lost = await listen(redisChannels.routersLost);
    await using test = await startSfu({ workers: 2, redisUrl: server.url });
    const base = test.sfu.controlUrl;
    const doomed = await openSession(base);
    const spared = await openSession(base);
    const { workers } = await call(base, 'describe', {}, {});
    const port = doomed.send.iceCandidates[0]?.port;
    const victim = workers.find(worker => worker.port === port);
    expect(victim).toBeDefined();

    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await eventually('the lost room', () => lost.messages.includes(doomed.room));
    expect(lost.messages).toEqual([doomed.room]);

    const producer = newProducer();
    const body = { kind: 'audio', source: 'microphone', rtpParameters: opus(1), paused: false } as const;
    expect(await refusalCode(call(base, 'openProducer', { ...doomed.params, producer }, body))).toBe(
      'media_lost',
    );
    await call(base, 'openProducer', { ...spared.params, producer }, body);

    await eventually('the new worker', () => test.sfu.pool.workers.length === 2);
    const again = await openSession(base, doomed.room, doomed.participant);
    expect(again.generation).not.toBe(doomed.generation);
    const replaced = test.sfu.pool.workers.find(worker => worker.port === port);
    expect(replaced?.pid).not.toBe(victim?.pid);
    expect((await request(`${base}/metrics`)).text).toContain('parley_sfu_worker_deaths_total 1');
  });

  it('that cannot come back makes the process ask for a restart', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const log = createLogger('test');
    log.level = 'silent';
    const workerBin = locateTool('mediasoupWorker');
    const addresses = [{ ip: '127.0.0.1', announced: '127.0.0.1' }];
    const place = { addresses, workerBin, ports: [port], consumersPerWorker: 500 };
    const pool = new WorkerPool({ ...place, patienceMs: 0 }, log);
    await pool.start();
    expect(pool.readiness).toMatchObject({ ready: false, reason: expect.stringContaining(`port ${port}`) });
    expect(pool.health).toMatchObject({ ok: false });
    expect(() => pool.choose()).toThrow('No media worker runs');

    blocker.close();
    await eventually('the worker', () => pool.readiness.ready);
    expect(pool.health).toEqual({ ok: true });
    await pool.close();
  });
});

describe('registration', () => {
  it('tells what the SFU carries, and goes with it', async () => {
    await using sfus = await listen(redisChannels.sfus);
    const test = await startSfu({ redisUrl: server.url });
    const { params } = await openSession(test.sfu.controlUrl);
    const seen = await eventually('the load', async () => {
      const now = await registration();
      return now?.load.transports === 2 ? now : undefined;
    });
    expect(seen).toMatchObject({
      instance: test.sfu.instance,
      controlUrl: test.sfu.controlUrl,
      state: 'serving',
      workers: 1,
      load: { rooms: 1 },
    });
    await call(seen.controlUrl, 'closeRoom', params, {});
    await test.sfu.stop();
    expect(await registration()).toBeUndefined();
    await eventually('word of its coming and going', () => sfus.messages.length >= 2);
  });

  it('is left alone at the end if a newer process of the pod wrote it', async () => {
    const test = await startSfu({ redisUrl: server.url });
    const own = await eventually('the registration', registration);
    const newer = { ...own, instance: crypto.randomUUID() };
    const stopped = test.sfu.stop();
    await redis.set(key, JSON.stringify(newer));
    await stopped;
    const left = await registration();
    if (left) expect(left.instance).toBe(newer.instance);
    await redis.del(key);
  });

  it('comes back with Redis, while calls go on without it', async () => {
    await using test = await startSfu({ redisUrl: server.url });
    const base = test.sfu.controlUrl;
    const { params } = await openSession(base);
    await eventually('the registration', registration);

    await server.stop();
    await openSession(base, params.room);
    expect((await request(`${base}/readyz`)).status).toBe(200);
    await eventually('the lost registration', async () =>
      (await request(`${base}/metrics`)).text.includes('parley_sfu_registered 0'),
    );

    await server.start();
    expect(await eventually('the registration', registration)).toMatchObject({ instance: test.sfu.instance });
  });
});

describe('SIGTERM', () => {
  async function startProcess(drainSeconds: number) {
    const env = {
      ...process.env,
      POD_NAME: 'sfu-test',
      POD_IP: '127.0.0.1',
      MEDIA_PORTS: `${await freePort()}`,
      REDIS_URL: server.url,
      CONTROL_TOKEN: token,
      LISTEN_HOST: '127.0.0.1',
      PORT: '0',
      DRAIN_SECONDS: `${drainSeconds}`,
      LOG_LEVEL: 'info',
      MEDIASOUP_WORKER_BIN: locateTool('mediasoupWorker'),
    };
    const main = new URL('./main.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    createInterface(child.stdout).on('line', line => lines.push(line));
    const registered = await eventually('the registration', registration);
    const exited = once(child, 'exit');
    return {
      child,
      exited,
      lines,
      base: registered.controlUrl,
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        await exited;
        await redis.del(key);
      },
    };
  }

  it('lets those who are in finish, takes no new rooms, then ends with its workers', async () => {
    await using sfu = await startProcess(60);
    const { params, send } = await openSession(sfu.base);
    const { workers } = await call(sfu.base, 'describe', {}, {});
    sfu.child.kill('SIGTERM');

    await eventually('draining', async () => (await registration())?.state === 'draining');
    expect(await refusalCode(call(sfu.base, 'openRoom', { room: newRoom() }, {}))).toBe('unavailable');
    await call(sfu.base, 'openRoom', params, {});
    await call(sfu.base, 'restartIce', { ...params, transport: send.id }, {});
    expect((await request(`${sfu.base}/readyz`)).status).toBe(503);
    expect((await request(`${sfu.base}/healthz`)).status).toBe(200);

    await call(sfu.base, 'closeParticipant', params, {});
    expect(await sfu.exited).toEqual([0, null]);
    expect(await registration()).toBeUndefined();
    for (const { pid } of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(sfu.lines.join('\n')).not.toContain(token);
  });

  it('ends when the room that people have moved away from is closed', async () => {
    await using sfu = await startProcess(60);
    const { params } = await openSession(sfu.base);
    const { generation } = await call(sfu.base, 'openRoom', params, {});
    sfu.child.kill('SIGTERM');
    await eventually('draining', async () => (await registration())?.state === 'draining');
    await call(sfu.base, 'closeRoom', params, { generation });
    expect(await sfu.exited).toEqual([0, null]);
  });

  it('ends those who stay too long', async () => {
    await using sfu = await startProcess(0.1);
    await openSession(sfu.base);
    sfu.child.kill('SIGTERM');
    expect(await sfu.exited).toEqual([0, null]);
  });
});

it('refuses to start with an environment that is not as it should be', async () => {
  const main = new URL('./main.ts', import.meta.url).pathname;
  const env = { PATH: process.env.PATH, POD_IP: 'nowhere', MEDIA_PORTS: '1,1', CONTROL_TOKEN: 'short' };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  expect(await once(child, 'close')).toEqual([78, null]);
  for (const name of ['POD_NAME', 'POD_IP', 'MEDIA_PORTS', 'REDIS_URL', 'CONTROL_TOKEN']) {
    expect(said).toContain(name);
  }
});

it('ends at SIGTERM while it still looks up what to announce', async () => {
  const lookup = `import dns from 'node:dns';
    dns.promises.lookup = () => {
      process.kill(process.pid, 'SIGTERM');
      return new Promise(resolve => setTimeout(resolve, 60_000));
    };`;
  const main = new URL('./main.ts', import.meta.url).pathname;
  const env = {
    ...{ PATH: process.env.PATH, POD_NAME: 'sfu-test', POD_IP: '127.0.0.1', MEDIA_PORTS: '1' },
    ...{ ANNOUNCED_ADDRESSES: 'sfu.example', REDIS_URL: server.url, CONTROL_TOKEN: token },
  };
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${lookup}`, main], {
    env,
    stdio: 'ignore',
  });
  expect(await once(child, 'close')).toEqual([0, null]);
});
