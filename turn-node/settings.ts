import { isIPv4 } from 'node:net';
import { redisCaFile, redisUrl } from '@parley/redis';
import { port } from '@parley/telemetry';
import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform(text =>
    text
      .split(',')
      .map(part => part.trim())
      .filter(Boolean),
  );

const listenPort = port.refine(value => value > 0, 'must not be 0');

const portRange = z
  .string()
  .regex(/^\d+-\d+$/, 'must be two ports with a dash between them')
  .transform(text => text.split('-').map(Number))
  .pipe(z.tuple([z.int().min(1024).max(65535), z.int().min(1024).max(65535)]))
  .refine(([first, last]) => first <= last, 'must not end before it begins')
  .transform(([first, last]) => ({ first, last }));

/** Whole numbers above zero; empty means none, as templates write it. */
const amount = z
  .union([
    z.literal('').transform(() => undefined),
    z.coerce
      .number()
      .int()
      .positive()
      .max(2 ** 31 - 1),
  ])
  .optional();

/** Options that carry a secret: every user of the machine can read a command line. */
const secretOption = /^(-u|--user|--static-auth-secret|--cli-password|--pkey-pwd|--secret-key-file)(=|$)/;
const extraArgs = z
  .string()
  .default('')
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text || '[]');
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON array of strings' });
      return z.NEVER;
    }
  })
  .pipe(z.array(z.string().max(1_000)).max(100))
  .refine(args => !args.some(arg => secretOption.test(arg)), 'must not hold a secret');

/** Paths go into a file of lines. */
const path = z
  .string()
  .min(1)
  .regex(/^[^\r\n]+$/, 'must be one line');

/** The environment of a relay. README.md explains each variable. */
export const Settings = z
  .object({
    POD_NAME: z.string().min(1),
    POD_IPS: list.pipe(
      z
        .array(z.union([z.ipv4(), z.ipv6()]))
        .min(1, 'must name an address')
        .max(8),
    ),
    IP_FAMILIES: list.pipe(z.array(z.enum(['IPv4', 'IPv6']))),
    POOL: z.string().min(1),
    REDIS_URL: redisUrl,
    REDIS_CA_FILE: redisCaFile,
    LISTEN_HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    TURN_PORT: listenPort.default(3478),
    TURN_TLS_PORT: listenPort.default(5349),
    RELAY_PORTS: portRange.prefault('49152-65535'),
    SECRETS_DIR: path,
    TLS_DIR: z.union([z.literal(''), path]).optional(),
    ALLOWED_PEERS: list.pipe(z.array(z.union([z.cidrv4(), z.cidrv6()])).max(64)),
    USER_QUOTA: amount,
    TOTAL_QUOTA: amount,
    MAX_BYTES_PER_SECOND: amount,
    DRAIN_SECONDS: z.coerce.number().min(0).max(86_400).default(5),
    EXTRA_ARGS: extraArgs,
    DATA_DIR: path,
    TURNSERVER_BIN: z.string().min(1).default('turnserver'),
  })
  .refine(
    ({ TURN_PORT, TURN_TLS_PORT, RELAY_PORTS: { first, last } }) =>
      [TURN_PORT, TURN_TLS_PORT].every(port => port < first || port > last),
    { path: ['RELAY_PORTS'], message: 'must not hold TURN_PORT or TURN_TLS_PORT' },
  )
  .transform(env => ({
    pod: env.POD_NAME,
    ips: env.POD_IPS,
    family: preferredFamily(env.POD_IPS, env.IP_FAMILIES),
    pool: env.POOL,
    redis: { address: env.REDIS_URL, ca: env.REDIS_CA_FILE },
    listenHost: env.LISTEN_HOST,
    port: env.PORT,
    turnPort: env.TURN_PORT,
    tlsPort: env.TURN_TLS_PORT,
    relayPorts: env.RELAY_PORTS,
    secretsDir: env.SECRETS_DIR,
    tlsDir: env.TLS_DIR || undefined,
    allowedPeers: env.ALLOWED_PEERS,
    quota: {
      perUser: env.USER_QUOTA,
      total: env.TOTAL_QUOTA,
      bytesPerSecond: env.MAX_BYTES_PER_SECOND,
    },
    drainMs: env.DRAIN_SECONDS * 1_000,
    extraArgs: env.EXTRA_ARGS,
    dataDir: env.DATA_DIR,
    turnserverBin: env.TURNSERVER_BIN,
  }));
export type Settings = z.infer<typeof Settings>;

type Family = 'IPv4' | 'IPv6';

/** The first of the wished families that the pod has an address of; IPv4 goes first where nothing is wished. */
function preferredFamily(ips: readonly string[], wished: readonly Family[]): Family {
  const own = ips.map(ip => (isIPv4(ip) ? 'IPv4' : 'IPv6'));
  return [...wished, 'IPv4' as const].find(family => own.includes(family)) ?? 'IPv6';
}

/** A range of ports, both ends included. */
export type PortRange = Settings['relayPorts'];
