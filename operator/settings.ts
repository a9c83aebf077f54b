import { redisCaFile, redisUrl } from '@parley/redis';
import { port } from '@parley/telemetry';
import { z } from 'zod';

/** The operator's environment. */
export const Settings = z.object({
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
  /** The Secret that SFUs and relays read. */
  SECRET_NAME: z.string().min(1),
  /** The namespace whose rooms people write by name alone. */
  ROOMS_NAMESPACE: z.string().min(1).default('default'),
  /** How long an SFU pod has to be empty and superfluous before it goes. */
  SCALE_IN_DELAY_SECONDS: z.coerce.number().min(0).default(60),
  LISTEN_HOST: z.string().default('0.0.0.0'),
  PORT: port.default(8080),
});
export type Settings = z.infer<typeof Settings>;
