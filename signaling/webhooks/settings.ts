import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Every receiver has an outbox of its own in every room. */
const maxReceivers = 4;

const list = (text: string) => text.split(/[\s,]+/).filter(part => part !== '');

/** A secret of https://www.standardwebhooks.com: `whsec_` and 24 to 64 bytes in base64. */
const Secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64')
  .transform(text => Buffer.from(text.slice('whsec_'.length), 'base64'))
  .refine(bytes => bytes.length >= 24 && bytes.length <= 64, 'must be whsec_ and 24 to 64 bytes in base64');

/** What webhooks take from a replica's environment; see docs/architecture.md. */
export const webhookEnv = {
  WEBHOOK_URLS: z
    .string()
    .default('')
    .transform(list)
    .pipe(z.array(z.url({ protocol: /^https?$/ })).max(maxReceivers)),
  WEBHOOK_SECRETS: z.string().default('').transform(list).pipe(z.array(Secret).max(2)),
  WEBHOOK_RETRY_SECONDS: z.coerce.number().min(1).max(86_400).default(3600),
};
type WebhookEnv = z.infer<z.ZodObject<typeof webhookEnv>>;

/** Who is told what happens in rooms. */
export interface Receiver {
  /** Names its outboxes. */
  id: string;
  url: string;
}

export interface WebhookSettings {
  receivers: Receiver[];
  /** Every message is signed with each: there are two while one follows the other. */
  secrets: Buffer[];
  /** How long after it happened a receiver is tried to be told, in ms. */
  retryMs: number;
}

/** Nobody is told anything without a signature. */
export function requireWebhooks(env: WebhookEnv, context: z.RefinementCtx): void {
  if (env.WEBHOOK_URLS.length === 0 || env.WEBHOOK_SECRETS.length > 0) return;
  context.addIssue({ code: 'custom', path: ['WEBHOOK_SECRETS'], message: 'is needed with WEBHOOK_URLS' });
}

export function toWebhooks(env: WebhookEnv): WebhookSettings {
  const urls = [...new Set(env.WEBHOOK_URLS)];
  return {
    receivers: urls.map(url => ({ id: createHash('sha256').update(url).digest('hex').slice(0, 12), url })),
    secrets: env.WEBHOOK_SECRETS,
    retryMs: env.WEBHOOK_RETRY_SECONDS * 1000,
  };
}
