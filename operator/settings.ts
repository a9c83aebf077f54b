import { hostname } from 'node:os';
import { redisCaFile, redisUrl } from '@parley/redis';
import { port, tracingEnv } from '@parley/telemetry';
import { z } from 'zod';

const seconds = z.coerce.number().positive().max(3600);

const Fields = z.object({
  /** Where the pods of the pools live. */
  NAMESPACE: z.string().min(1),
  REDIS_URL: redisUrl,
  REDIS_CA_FILE: redisCaFile,
  /** Bearer token of the SFUs' control API. */
  CONTROL_TOKEN: z.string().min(1),
  /** What people open in a browser; join links begin with it. */
  WEB_URL: z.url(),
  SFU_IMAGE: z.string().min(1),
  TURN_IMAGE: z.string().min(1),
  /** Where SFUs and relays find the certificate of Redis' authority: `Secret/<name>/<key>` or `ConfigMap/<name>/<key>`. */
  REDIS_CA_SOURCE: z
    .string()
    .regex(/^(Secret|ConfigMap)\/[^/]+\/[^/]+$/, 'must be Secret/<name>/<key> or ConfigMap/<name>/<key>')
    .transform(text => text.split('/'))
    .transform(([kind, name = '', key = '']) =>
      kind === 'Secret' ? { kind: 'Secret' as const, name, key } : { kind: 'ConfigMap' as const, name, key },
    )
    .optional(),
  /** When nodes fetch the images of SFUs and relays. Default: as Kubernetes does. */
  IMAGE_PULL_POLICY: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  /** How much SFUs and relays log. */
  MEDIA_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).optional(),
  /** User and group of SFUs and relays. Empty: the cluster chooses. */
  RUN_AS_USER: z
    .union(
      [z.literal('').transform(() => undefined), z.coerce.number().int().min(1)],
      'must be the number of a user other than root, or empty',
    )
    .prefault('1000'),
  /** The Secret that SFUs and relays read. */
  SECRET_NAME: z.string().min(1),
  /** The namespace whose rooms people write by name alone. */
  ROOMS_NAMESPACE: z.string().min(1).default('default'),
  /** How long an SFU pod has to be empty and superfluous before it goes. */
  SCALE_IN_DELAY_SECONDS: z.coerce.number().min(0).default(60),
  /** How many rooms with people in them leave an SFU pod that goes, at most, in a second. */
  MOVES_PER_SECOND: z.coerce.number().min(0.1).max(1000).default(2),
  /** How long a pod that has a node may take until it serves; then another takes its place. */
  STUCK_POD_SECONDS: z.coerce.number().min(1).default(300),
  /** Who this process is, beside a random part, when it competes for leadership. */
  POD_NAME: z.string().min(1).default(hostname()),
  /** How long others wait for a leader that they hear nothing of. */
  LEASE_SECONDS: seconds.int().default(8),
  /** How long a leader acts after it last renewed its lease. */
  LEASE_RENEW_DEADLINE_SECONDS: seconds.default(5),
  /** Pause between two renewals, or between two looks at the lease of another. */
  LEASE_RETRY_SECONDS: seconds.default(1),
  /** After how long the API server ends a watch, so that one that fell silent is noticed. */
  WATCH_SECONDS: seconds.default(30),
  /** Also of SFUs. */
  ...tracingEnv,
  LISTEN_HOST: z.string().default('0.0.0.0'),
  PORT: port.default(8080),
});

/** The operator's environment. */
export const Settings = Fields.refine(
  lease =>
    2 * lease.LEASE_RETRY_SECONDS <= lease.LEASE_RENEW_DEADLINE_SECONDS &&
    lease.LEASE_RENEW_DEADLINE_SECONDS < lease.LEASE_SECONDS,
  {
    path: ['LEASE_SECONDS'],
    message:
      'must be longer than LEASE_RENEW_DEADLINE_SECONDS, which must be at least twice LEASE_RETRY_SECONDS',
  },
);
export type Settings = z.infer<typeof Settings>;
