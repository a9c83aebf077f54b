import { z } from 'zod';
import { type IssuerSettings, isPrivate } from './issuer.ts';

export const secret = z.string().min(16, 'must be at least 16 characters long');

const privateUrl = z.url().refine(isPrivate, 'must begin with https://');

/** What access takes from a replica's environment; see docs/architecture.md. */
export const accessEnv = {
  TOKEN_SIGNING_KEY: secret,
  TOKEN_SIGNING_KEY_ALSO_ACCEPTED: secret.optional(),
  API_KEY: secret.optional(),
  API_KEYS_FILE: z.string().min(1).optional(),
  OIDC_ISSUER: privateUrl.optional(),
  OIDC_AUDIENCE: z.string().min(1).optional(),
  OIDC_JWKS_URL: privateUrl.optional(),
};
type AccessEnv = z.infer<z.ZodObject<typeof accessEnv>>;

/** Names what is missing beside something else. */
export function requireAccess(env: AccessEnv, context: z.RefinementCtx): void {
  const missing = (name: keyof AccessEnv, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  if (!env.API_KEY && !env.API_KEYS_FILE) missing('API_KEY', 'is needed, or API_KEYS_FILE');
  if (env.OIDC_ISSUER && !env.OIDC_AUDIENCE) missing('OIDC_AUDIENCE', 'is needed with OIDC_ISSUER');
  if (!env.OIDC_ISSUER && (env.OIDC_AUDIENCE || env.OIDC_JWKS_URL)) {
    missing('OIDC_ISSUER', 'is needed with OIDC_AUDIENCE and OIDC_JWKS_URL');
  }
}

export function toAccess(env: AccessEnv) {
  const { OIDC_ISSUER: url, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwksUrl } = env;
  const issuer: IssuerSettings | undefined = url && audience ? { url, audience, jwksUrl } : undefined;
  return {
    tokenSigningKey: env.TOKEN_SIGNING_KEY,
    /** What it was before, or will be, while one follows the other. */
    tokenSigningKeyAlsoAccepted: env.TOKEN_SIGNING_KEY_ALSO_ACCEPTED,
    /** May do everything. */
    apiKey: env.API_KEY,
    apiKeysFile: env.API_KEYS_FILE,
    /** Whose tokens let people in besides those of signaling itself. */
    issuer,
  };
}
