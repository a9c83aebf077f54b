import { RefusalError } from '@parley/protocol';
import { sameSecret } from './secrets.ts';

/** @throws RefusalError `unauthenticated` unless the header is `Bearer <API key>`. */
export function requireApiKey(authorization: string | undefined, apiKey: string): void {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (given !== undefined && sameSecret(given, apiKey)) return;
  throw new RefusalError('unauthenticated', 'Send the API key as "Authorization: Bearer <key>".');
}
