import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ReadyPlacement, redisKeys, SfuRegistration } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { locateTool } from '@parley/setup';
import { eventually, freePort } from '@parley/testing';

/** Processes start slowly on a machine where other tests run. */
const startMs = 60_000;

export const secrets = {
  CONTROL_TOKEN: 'control-token-of-the-tests',
  TURN_SECRET: 'turn-secret-of-the-tests',
  TOKEN_SIGNING_KEY: 'token-signing-key-of-the-tests',
  API_KEY: 'api-key-of-the-tests',
};

/** The environment of a replica in tests. */
export const replicaEnv = (redisUrl: string, port: number, more: Record<string, string> = {}) => ({
  ...secrets,
  REDIS_URL: redisUrl,
  LISTEN_HOST: '127.0.0.1',
  PORT: `${port}`,
  WEB_URL: 'http://127.0.0.1:8080',
  GRACE_SECONDS: '1',
  HANDOVER_SECONDS: '1',
  LOG_LEVEL: 'error',
  ...more,
});

/** A process of Parley's own, run from the checkout. */
export class TestProcess implements AsyncDisposable {
  readonly child: ChildProcess;

  constructor(main: string, env: Record<string, string>) {
    const path = fileURLToPath(new URL(`../../${main}`, import.meta.url));
    this.child = spawn(process.execPath, [path], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', process.env.SHOW_LOGS ? 'inherit' : 'ignore', 'inherit'],
    });
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL');
  }
}

/** A process that did not start does not stay either. */
async function orEnd<T>(started: TestProcess, ready: Promise<T>): Promise<T> {
  return ready.catch(async error => {
    await started.kill('SIGKILL');
    throw error;
  });
}

/** A replica as a process; resolves when it can do its work. */
export async function startReplicaProcess(
  redisUrl: string,
  more: Record<string, string> = {},
): Promise<TestProcess & { port: number }> {
  const port = await freePort();
  const started = new TestProcess('signaling/main.ts', replicaEnv(redisUrl, port, more));
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await orEnd(started, eventually('the replica', isReady, startMs));
  return Object.assign(started, { port });
}

/** A real SFU as a process, and where it is for placements. */
export async function startSfu(
  redisUrl: string,
  redis: RedisClient,
  more: Record<string, string> = {},
): Promise<TestProcess & { sfu: ReadyPlacement['sfu'] }> {
  const pod = `sfu-${randomUUID().slice(0, 8)}`;
  const started = new TestProcess('sfu-node/main.ts', {
    POD_NAME: pod,
    POD_IP: '127.0.0.1',
    MEDIA_PORTS: `${await freePort()}`,
    REDIS_URL: redisUrl,
    CONTROL_TOKEN: secrets.CONTROL_TOKEN,
    LISTEN_HOST: '127.0.0.1',
    PORT: `${await freePort()}`,
    LOG_LEVEL: 'error',
    MEDIASOUP_WORKER_BIN: locateTool('mediasoupWorker'),
    ...more,
  });
  const registration = async () => {
    const json = await redis.get(redisKeys.sfu(pod));
    return json ? SfuRegistration.parse(JSON.parse(json)) : undefined;
  };
  const { instance, controlUrl } = await orEnd(started, eventually('the SFU', registration, startMs));
  return Object.assign(started, { sfu: { pod, instance, controlUrl } });
}
