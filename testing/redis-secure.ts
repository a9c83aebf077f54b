import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import { inMemory } from './redis.ts';
import { RedisServer } from './redis-server.ts';
import { eventually } from './wait.ts';

const run = promisify(execFile);
const adminPassword = 'for-administrators';
const sentinelPassword = 'for/sentinels';
/** All that Parley needs: its keys, its channels, and to ask how Redis is run. */
const user =
  '--user parley on >p@rley/1 ~parley:* &parley* &parley-io#/#* +@all -@dangerous +info +cluster|slots +cluster|info';
const login = 'parley:p%40rley%2F1';

/** How Redis may be run. */
export const redisKinds = ['single', 'sentinel', 'cluster'] as const;
export type RedisKind = (typeof redisKinds)[number];

/** Redis as a cautious administrator runs it: with TLS by an authority of their own, and a user who may do little. */
export interface SecureRedis extends AsyncDisposable {
  readonly kind: RedisKind;
  readonly environment: { REDIS_URL: string; REDIS_CA_FILE: string };
  /**
   * The server that holds this key goes. Alone or in a cluster, it comes back empty at once; with sentinels, its replica takes
   * over within seconds.
   */
  loseMaster(key: string, how?: 'dies' | 'freezes'): Promise<void>;
}

/** Starts Redis of this kind on free ports of this machine. Needs `redis-server`, `redis-cli` and `openssl`. */
export async function startSecureRedis(kind: RedisKind): Promise<SecureRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  const cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(dir, { recursive: true, force: true }));
  try {
    await makeCertificates(dir);
    const start = { single: startSingle, sentinel: startSentinel, cluster: startCluster }[kind];
    const { authority, loseMaster } = await start(dir, server => cleaning.use(server));
    return {
      kind,
      environment: { REDIS_URL: authority, REDIS_CA_FILE: join(dir, 'ca.pem') },
      loseMaster,
      [Symbol.asyncDispose]: () => cleaning.disposeAsync(),
    };
  } catch (error) {
    await cleaning.disposeAsync();
    throw error;
  }
}

type Start = (
  dir: string,
  keep: (server: RedisServer) => RedisServer,
) => Promise<{ authority: string; loseMaster: SecureRedis['loseMaster'] }>;

const startSingle: Start = async (dir, keep) => {
  const port = await freePort('::1');
  const server = keep(new RedisServer(serverArgs(dir, port, '::1')));
  await server.start();
  return {
    authority: `rediss://${login}@[::1]:${port}/2`,
    async loseMaster() {
      await server.stop();
      await server.start();
    },
  };
};

const startSentinel: Start = async (dir, keep) => {
  const [masterPort, replicaPort, sentinelPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const replication = [
    '--tls-replication',
    'yes',
    '--masterauth',
    adminPassword,
    '--repl-diskless-sync-delay',
    '0',
  ];
  const master = keep(new RedisServer([...serverArgs(dir, masterPort), ...replication]));
  const replica = keep(
    new RedisServer([
      ...serverArgs(dir, replicaPort),
      ...replication,
      '--replicaof',
      '127.0.0.1',
      `${masterPort}`,
    ]),
  );
  await Promise.all([master.start(), replica.start()]);
  await eventually('the replica to have a copy', async () =>
    (await cli(dir, replicaPort, 'info', 'replication')).includes('master_link_status:up'),
  );
  const conf = join(dir, 'sentinel.conf');
  await writeFile(
    conf,
    [
      ...pairs([
        '--port',
        '0',
        '--tls-port',
        `${sentinelPort}`,
        '--bind',
        '127.0.0.1',
        '--dir',
        dir,
        ...tls(dir),
      ]),
      'tls-replication yes',
      `requirepass ${sentinelPassword}`,
      `sentinel monitor parley 127.0.0.1 ${masterPort} 1`,
      `sentinel auth-pass parley ${adminPassword}`,
      'sentinel down-after-milliseconds parley 500',
      'sentinel failover-timeout parley 5000',
    ].join('\n'),
  );
  const sentinel = keep(new RedisServer([conf, '--sentinel'], '+monitor master'));
  await sentinel.start();
  await eventually('the sentinel to know the replica', async () =>
    (await cli(dir, sentinelPort, 'sentinel', 'replicas', 'parley')).includes(`${replicaPort}`),
  );
  const query = `sentinelPassword=${encodeURIComponent(sentinelPassword)}`;
  return {
    authority: `rediss+sentinel://${login}@127.0.0.1:${sentinelPort}/parley?${query}`,
    async loseMaster(_, how) {
      if (how === 'freezes') master.freeze();
      else await master.stop();
    },
  };
};

const startCluster: Start = async (dir, keep) => {
  const nodes = await Promise.all(
    ['a', 'b', 'c'].map(async name => {
      const [port, busPort] = await Promise.all([freePort(), freePort()]);
      const args = [
        ...['--cluster-enabled', 'yes', '--cluster-config-file', `${name}.conf`, '--tls-cluster', 'yes'],
        ...['--cluster-port', `${busPort}`, '--cluster-require-full-coverage', 'no'],
      ];
      const server = keep(new RedisServer([...serverArgs(dir, port), ...args]));
      await server.start();
      return { server, port, busPort };
    }),
  );
  const slots = [0, 5461, 10_923, 16_384];
  await Promise.all(
    nodes.map(({ port }, index) =>
      cli(dir, port, 'cluster', 'addslotsrange', `${slots[index]}`, `${(slots[index + 1] ?? 0) - 1}`),
    ),
  );
  // Everyone meets everyone: gossip would take seconds.
  await Promise.all(
    nodes.flatMap(({ port }, index) =>
      nodes
        .slice(index + 1)
        .map(other => cli(dir, port, 'cluster', 'meet', '127.0.0.1', `${other.port}`, `${other.busPort}`)),
    ),
  );
  const whole = () =>
    Promise.all(
      nodes.map(({ port }) =>
        eventually('the cluster to be whole', async () => {
          const info = await cli(dir, port, 'cluster', 'info');
          return info.includes('cluster_state:ok') && info.includes('cluster_slots_ok:16384');
        }),
      ),
    );
  await whole();
  return {
    authority: `rediss+cluster://${login}@${nodes.map(({ port }) => `127.0.0.1:${port}`).join()}`,
    async loseMaster(key) {
      const slot = Number(await cli(dir, nodes[0]?.port ?? 0, 'cluster', 'keyslot', key));
      const index = slots.findLastIndex(start => start <= slot);
      await nodes[index]?.server.stop();
      await nodes[index]?.server.start();
      await whole();
    },
  };
};

const serverArgs = (dir: string, port: number, host = '127.0.0.1') => [
  ...['--port', '0', '--tls-port', `${port}`, '--bind', host, '--requirepass', adminPassword],
  ...user.split(' '),
  ...tls(dir),
  ...inMemory(dir),
];

const tls = (dir: string) => [
  ...['--tls-ca-cert-file', join(dir, 'ca.pem'), '--tls-cert-file', join(dir, 'server.pem')],
  ...['--tls-key-file', join(dir, 'server.key'), '--tls-auth-clients', 'no'],
];

/** Arguments as lines of a file of settings. */
const pairs = (args: string[]) =>
  args.flatMap((arg, index) => (index % 2 === 0 ? [`${arg.slice(2)} ${args[index + 1]}`] : []));

/** Asks a server as its administrator. */
async function cli(dir: string, port: number, ...command: string[]): Promise<string> {
  const password = command[0] === 'sentinel' ? sentinelPassword : adminPassword;
  const args = [
    '-p',
    `${port}`,
    '--tls',
    '--cacert',
    join(dir, 'ca.pem'),
    '-a',
    password,
    '--no-auth-warning',
  ];
  return (await run('redis-cli', [...args, ...command])).stdout;
}

/** An authority, and a certificate of it for this machine. */
async function makeCertificates(dir: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await writeFile(join(dir, 'names.ext'), 'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost\n');
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-subj',
    '/CN=test authority',
    '-days',
    '2',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  await openssl('req', ...newKey, '-subj', '/CN=redis', '-keyout', 'server.key', '-out', 'server.csr');
  const sign = [
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names.ext',
  ];
  await openssl('x509', '-req', '-in', 'server.csr', ...sign, '-out', 'server.pem');
}
