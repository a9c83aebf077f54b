import { redisCaFile, redisUrl } from '@parley/redis';
import { port } from '@parley/telemetry';
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

/** The environment of an SFU process. README.md explains each variable. */
export const Settings = z
  .object({
    POD_NAME: z.string().min(1),
    POD_IP: z.union([z.ipv4(), z.ipv6()]),
    ANNOUNCED_ADDRESS: z.string().default(''),
    MEDIA_PORTS: ports,
    REDIS_URL: redisUrl,
    REDIS_CA_FILE: redisCaFile,
    CONTROL_TOKEN: z.string().min(16, 'must be at least 16 characters long'),
    LISTEN_HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    DRAIN_SECONDS: z.coerce.number().min(0).max(86_400).default(5),
    ROOM_IDLE_MINUTES: z.coerce.number().positive().max(1_440).default(5),
    MEDIASOUP_WORKER_BIN: z.string().optional(),
  })
  .transform(env => ({
    pod: env.POD_NAME,
    ip: env.POD_IP,
    announcedAddress: env.ANNOUNCED_ADDRESS || env.POD_IP,
    mediaPorts: env.MEDIA_PORTS,
    redis: { address: env.REDIS_URL, ca: env.REDIS_CA_FILE },
    controlToken: env.CONTROL_TOKEN,
    listenHost: env.LISTEN_HOST,
    port: env.PORT,
    drainMs: env.DRAIN_SECONDS * 1_000,
    roomIdleMs: env.ROOM_IDLE_MINUTES * 60_000,
    workerBin: env.MEDIASOUP_WORKER_BIN || undefined,
  }));
export type Settings = z.infer<typeof Settings>;
