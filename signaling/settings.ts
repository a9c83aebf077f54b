import { reportPeriodMs } from '@parley/protocol';
import { redisCaFile, redisUrl } from '@parley/redis';
import { port, toTracing, tracingEnv } from '@parley/telemetry';
import { z } from 'zod';
import { accessEnv, requireAccess, secret, toAccess } from './access/settings.ts';
import { requireWebhooks, toWebhooks, webhookEnv } from './webhooks/settings.ts';

/** Whoever is trusted may claim any address, so that whole families are not taken. */
const network = z
  .union([z.cidrv4(), z.cidrv6()], 'must be networks in CIDR notation, such as 203.0.113.0/24')
  .refine(cidr => !cidr.endsWith('/0'), 'must not trust everybody (/0)');

const networks = z
  .string()
  .default('')
  .transform(text =>
    text
      .split(',')
      .map(part => part.trim())
      .filter(part => part !== ''),
  )
  .pipe(z.array(network).max(256));

/** Whatever else a URL holds has no say. */
const origins = z
  .string()
  .default('')
  .transform(text => text.split(/[\s,]+/).filter(part => part !== ''))
  .pipe(
    z
      .array(z.url({ protocol: /^https?$/, error: 'must be origins, such as https://app.example.org' }))
      .max(256),
  )
  .transform(urls => urls.map(url => new URL(url).origin));

const joinsPerSecond = z.coerce.number().int().min(1).max(10_000);

/** In seconds; 0: nobody is asked. */
const reportSeconds = z.coerce
  .number()
  .refine(
    seconds =>
      seconds === 0 || (seconds * 1000 >= reportPeriodMs.least && seconds * 1000 <= reportPeriodMs.most),
    `must be 0, or from ${reportPeriodMs.least / 1000} to ${reportPeriodMs.most / 1000}`,
  );

/** What a replica reads from its environment; see docs/architecture.md. */
export const Settings = z
  .object({
    LISTEN_HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    REDIS_URL: redisUrl,
    REDIS_CA_FILE: redisCaFile,
    CONTROL_TOKEN: secret,
    TURN_SECRET: secret,
    ...accessEnv,
    ...webhookEnv,
    ...tracingEnv,
    ROOMS_NAMESPACE: z.string().default('default'),
    WEB_URL: z.url().transform(url => url.replace(/\/+$/, '')),
    ALLOWED_ORIGINS: origins,
    NEW_MEETINGS: z.enum(['open', 'closed']).default('closed'),
    TRUSTED_PROXIES: networks,
    GRACE_SECONDS: z.coerce.number().min(0).max(300).default(15),
    MOVE_DEADLINE_SECONDS: z.coerce.number().min(1).max(300).default(20),
    HANDOVER_SECONDS: z.coerce.number().min(0).max(300).default(10),
    JOINS_PER_SECOND: joinsPerSecond.default(100),
    ROOM_JOINS_PER_SECOND: joinsPerSecond.default(50),
    QUALITY_REPORT_SECONDS: reportSeconds.default(reportPeriodMs.usual / 1000),
    CONNECTIONS_PER_ADDRESS: z.coerce.number().int().min(1).max(10_000).default(500),
  })
  .superRefine(requireAccess)
  .superRefine(requireWebhooks)
  .transform(env => ({
    listenHost: env.LISTEN_HOST,
    port: env.PORT,
    redis: { address: env.REDIS_URL, ca: env.REDIS_CA_FILE },
    controlToken: env.CONTROL_TOKEN,
    turnSecret: env.TURN_SECRET,
    ...toAccess(env),
    webhooks: toWebhooks(env),
    tracing: toTracing(env),
    roomsNamespace: env.ROOMS_NAMESPACE,
    /** Without a slash at its end. */
    webUrl: env.WEB_URL,
    /** Origins of pages besides our own that may connect. */
    allowedOrigins: env.ALLOWED_ORIGINS,
    newMeetings: env.NEW_MEETINGS,
    /** Networks of proxies, besides private ones, whose word counts on whom they speak for. */
    trustedProxies: env.TRUSTED_PROXIES,
    /** How long a participant whose connection is gone may still come back, in ms. */
    graceMs: env.GRACE_SECONDS * 1000,
    /** How long a room moves from one SFU to another at most, in ms. */
    moveDeadlineMs: env.MOVE_DEADLINE_SECONDS * 1000,
    /** How long a replica that stops takes to hand its connections over, in ms. */
    handoverMs: env.HANDOVER_SECONDS * 1000,
    /** How fast people are let into this replica, and into one room by all of them; twice as many may come at once. */
    joins: { perSecond: env.JOINS_PER_SECOND, burst: env.JOINS_PER_SECOND * 2 },
    roomJoins: { perSecond: env.ROOM_JOINS_PER_SECOND, burst: env.ROOM_JOINS_PER_SECOND * 2 },
    /** How often clients are asked how their calls go, in ms; 0: never. */
    reportEveryMs: Math.round(env.QUALITY_REPORT_SECONDS * 1000),
    /** Of one client address, to one replica. */
    connectionsPerAddress: env.CONNECTIONS_PER_ADDRESS,
  }));
export type Settings = z.output<typeof Settings>;
