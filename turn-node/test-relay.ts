/** Help for tests: a relay with a real coturn, in a folder of its own. */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SfuInstance, SfuRegistration } from '@parley/protocol';
import { locateTool } from '@parley/setup';
import { createLogger } from '@parley/telemetry';
import { eventually, freePort } from '@parley/testing';
import { Relay } from './relay.ts';
import { Settings } from './settings.ts';
import { credentials, TurnClient } from './test-turn-client.ts';

const run = promisify(execFile);
export const oldSecret = 'the-old-secret-of-the-test';
export const newSecret = 'the-new-secret-of-the-test';

/** A folder whose files are replaced as the kubelet replaces those of a Secret: all at once, by a symbolic link. */
export class SecretFolder {
  readonly path: string;
  #version = 0;

  constructor(path: string) {
    this.path = path;
  }

  async write(files: Record<string, string>): Promise<void> {
    const before = await readlink(join(this.path, '..data')).catch(() => undefined);
    this.#version += 1;
    const version = `..version-${this.#version}`;
    await mkdir(join(this.path, version), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(this.path, version, name), content);
      await symlink(join('..data', name), join(this.path, name)).catch(() => {});
    }
    await symlink(version, join(this.path, '..data-next'));
    await rename(join(this.path, '..data-next'), join(this.path, '..data'));
    if (before) await rm(join(this.path, before), { recursive: true });
  }
}

export interface TestRelay extends AsyncDisposable {
  readonly relay: Relay;
  readonly secrets: SecretFolder;
  readonly tls: SecretFolder;
  readonly dataDir: string;
  readonly turnPort: number;
  readonly tlsPort: number;
  readonly ip: string;
  /** A client with a credential of `oldSecret`. */
  client(participant?: string): Promise<TurnClient>;
  /** A client with a credential of any secret. */
  clientOf(secret: string): Promise<TurnClient>;
  /** Asks a route of operation. */
  get(path: string): Promise<{ status: number; text: string }>;
}

export interface TestRelayOptions {
  /** Files of TLS_DIR, if there is to be one. */
  tls?: Record<string, string>;
  /** Files of SECRETS_DIR. Default: `oldSecret`. */
  secrets?: Record<string, string>;
  until?: 'ready' | 'coturn answers';
}

/** Starts a relay of the pool `default` in this process and waits until it is ready. */
export async function startRelay(
  redisUrl: string,
  env: Record<string, string> = {},
  { until = 'ready', ...files }: TestRelayOptions = {},
): Promise<TestRelay> {
  const place = await prepare(redisUrl, env, files);
  const settings = Settings.parse(place.env);
  const log = createLogger('turn');
  log.level = process.env.LOG_LEVEL ?? 'silent';
  const relay = new Relay(settings, log);
  const end = async () => {
    await relay.stop();
    await rm(place.folder, { recursive: true });
  };
  try {
    await relay.start();
    await eventually(
      `the relay: ${until}`,
      () => relay.coturnAnswers && (until !== 'ready' || relay.readiness.ready),
    );
  } catch (error) {
    await end();
    throw error;
  }
  const { turnPort, tlsPort, dataDir } = settings;
  const clientOf = (secret: string, participant?: string) =>
    TurnClient.open({ address: place.ip, port: turnPort }, credentials(secret, participant));
  return {
    ...{ relay, turnPort, tlsPort, dataDir, ip: place.ip, secrets: place.secrets, tls: place.tls },
    client: participant => clientOf(oldSecret, participant),
    clientOf,
    async get(path) {
      const address = relay.address;
      if (typeof address !== 'object' || !address) throw new Error('The relay does not listen.');
      const response = await fetch(`http://127.0.0.1:${address.port}${path}`);
      return { status: response.status, text: await response.text() };
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Starts `main.ts` as a pod would, and waits until it is ready. */
export async function startRelayProcess(redisUrl: string) {
  const port = await freePort();
  const place = await prepare(redisUrl, { PORT: `${port}`, DRAIN_SECONDS: '60', LOG_LEVEL: 'debug' }, {});
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main], { env: place.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk;
    });
  }
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  await eventually('the relay to be ready', async () => (await status('/readyz')) === 200);
  return {
    child,
    status,
    get output() {
      return output;
    },
    client: () =>
      TurnClient.open({ address: place.ip, port: Number(place.env.TURN_PORT) }, credentials(oldSecret)),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
      await rm(place.folder, { recursive: true });
    },
  };
}

async function prepare(redisUrl: string, env: Record<string, string>, files: TestRelayOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-turn-'));
  const secrets = new SecretFolder(join(folder, 'secrets'));
  const tls = new SecretFolder(join(folder, 'tls'));
  await secrets.write(files.secrets ?? { 'turn-secret': oldSecret });
  if (files.tls) await tls.write(files.tls);
  const [ip = ''] = (env.POD_IPS ?? '127.0.0.1').split(',');
  const [turnPort, tlsPort] = await Promise.all([freePort(ip), freePort(ip)]);
  const whole: Record<string, string> = {
    POD_NAME: 'turn-test',
    POD_IPS: ip,
    POOL: 'default',
    REDIS_URL: redisUrl,
    LISTEN_HOST: '127.0.0.1',
    PORT: '0',
    TURN_PORT: `${turnPort}`,
    TURN_TLS_PORT: `${tlsPort}`,
    // Below the ports that the kernel gives to clients.
    RELAY_PORTS: '20000-29999',
    SECRETS_DIR: secrets.path,
    ...(files.tls ? { TLS_DIR: tls.path } : {}),
    DRAIN_SECONDS: '0',
    DATA_DIR: join(folder, 'data'),
    TURNSERVER_BIN: locateTool('turnserver'),
    PATH: process.env.PATH ?? '',
    ...env,
  };
  return { folder, secrets, tls, ip, env: whole };
}

/** What an SFU says of itself. */
export function registration(pod: string, addresses: string[], pool = 'default'): string {
  const said: SfuRegistration = {
    pod,
    pool,
    addresses,
    instance: randomUUID() as SfuInstance,
    controlUrl: 'http://127.0.0.1:8080',
    state: 'serving',
    workers: 1,
    load: { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0 },
  };
  return JSON.stringify(said);
}

/** A certificate of its own authority, in the files of a Secret of type kubernetes.io/tls. */
export async function makeCertificate(name: string): Promise<Record<string, string>> {
  const { stdout } = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-subj', `/CN=${name}`, '-keyout', '-', '-out', '-'],
  ]);
  const part = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[^]*-----END ${label}-----\\n`).exec(stdout)?.[0] ?? '';
  return { 'tls.crt': part('CERTIFICATE'), 'tls.key': part('PRIVATE KEY') };
}
