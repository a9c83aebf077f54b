import { redisCaFile, redisUrl } from '@parley/redis';
import { port, toTracing, tracingEnv } from '@parley/telemetry';
import { z } from 'zod';

const ports = z
  .string()
  .transform(text => text.split(',').map(part => Number(part.trim())))
  .pipe(
    z
      .array(z.int().min(1).max(65535))
      .min(1)
      .max(64)
      .refine(list => new Set(list).size === list.length, 'must not name a port twice'),
  );

const list = z.string().transform(text =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean),
);
const ip = z.union([z.ipv4(), z.ipv6()]);

/** The environment of an SFU process. README.md explains each variable. */
export const Settings = z
  .object({
    POD_NAME: z.string().min(1),
    POD_IP: ip,
    POD_IPS: list.pipe(z.array(ip).max(8)).default([]),
    IP_FAMILIES: list.pipe(z.array(z.enum(['IPv4', 'IPv6'])).min(1)).default(['IPv4', 'IPv6']),
    /** Empty: not known yet. Absent: those of the pod. */
    ANNOUNCED_ADDRESSES: list.pipe(z.array(z.string().max(253)).max(8)).optional(),
    /** Name of the MediaPool. */
    POOL: z.string().optional(),
    MEDIA_PORTS: ports,
    REDIS_URL: redisUrl,
    REDIS_CA_FILE: redisCaFile,
    CONTROL_TOKEN: z.string().min(16, 'must be at least 16 characters long'),
    LISTEN_HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    CONSUMERS_PER_WORKER: z.coerce.number().int().min(1).max(100_000).default(500),
    DRAIN_SECONDS: z.coerce.number().min(0).max(86_400).default(5),
    ROOM_IDLE_MINUTES: z.coerce.number().positive().max(1_440).default(5),
    MEDIASOUP_WORKER_BIN: z.string().optional(),
    ...tracingEnv,
  })
  .transform(env => ({
    pod: env.POD_NAME,
    ip: env.POD_IP,
    pool: env.POOL || undefined,
    addresses: {
      ips: env.POD_IPS.length > 0 ? env.POD_IPS : [env.POD_IP],
      families: env.IP_FAMILIES,
      announced: env.ANNOUNCED_ADDRESSES,
    },
    mediaPorts: env.MEDIA_PORTS,
    redis: { address: env.REDIS_URL, ca: env.REDIS_CA_FILE },
    controlToken: env.CONTROL_TOKEN,
    listenHost: env.LISTEN_HOST,
    port: env.PORT,
    consumersPerWorker: env.CONSUMERS_PER_WORKER,
    drainMs: env.DRAIN_SECONDS * 1_000,
    roomIdleMs: env.ROOM_IDLE_MINUTES * 60_000,
    workerBin: env.MEDIASOUP_WORKER_BIN || undefined,
    tracing: toTracing(env),
  }));
export type Settings = z.infer<typeof Settings>;
