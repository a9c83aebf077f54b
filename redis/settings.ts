import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseRedisUrl, type RedisAddress, RedisUrlError } from './address.ts';

/** For the setting `REDIS_URL`. */
export const redisUrl = z.string().transform((text, context): RedisAddress => {
  try {
    return parseRedisUrl(text);
  } catch (error) {
    if (!(error instanceof RedisUrlError)) throw error;
    // Without the text itself, which may hold a password.
    context.issues.push({ code: 'custom', message: error.message, input: undefined });
    return z.NEVER;
  }
});

/** For the optional setting `REDIS_CA_FILE`: becomes what the file holds. */
export const redisCaFile = z
  .string()
  .optional()
  .transform((path, context) => {
    if (!path) return undefined;
    try {
      const pem = readFileSync(path, 'utf8');
      new X509Certificate(pem);
      return pem;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      context.issues.push({
        code: 'custom',
        message: `must name a readable file of PEM certificates: ${reason}`,
        input: path,
      });
      return z.NEVER;
    }
  });
