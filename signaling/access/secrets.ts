import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IceServer, ParticipantId } from '@parley/protocol';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares two secrets without telling by the time it takes how much of them agrees. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** A secret that proves who resumes a session, and the hash of it that is kept. */
export function createSessionSecret(): { secret: string; hash: string } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

export function hashSecret(secret: string): string {
  return digest(secret).toString('base64url');
}

/** How long TURN credentials are good for. A stay that lasts longer gets new ones as it resumes or renews its media. */
const turnCredentialSeconds = 6 * 3600;

/** ICE servers with credentials of draft-uberti-behave-turn-rest; none if there is no relay. */
export function createIceServers(
  urls: readonly string[],
  turnSecret: string,
  participant: ParticipantId,
  now = Date.now(),
): IceServer[] {
  if (urls.length === 0) return [];
  const username = `${Math.floor(now / 1000) + turnCredentialSeconds}:${participant}`;
  const credential = createHmac('sha1', turnSecret).update(username).digest('base64');
  return [{ urls: [...urls], username, credential }];
}
