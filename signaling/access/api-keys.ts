import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RefusalError } from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import { z } from 'zod';

/** What callers of the REST API may do. */
export const Scope = z.enum(['rooms:read', 'rooms:write', 'participants:write', 'tokens']);
export type Scope = z.infer<typeof Scope>;

/** A key as it is kept: whoever reads this cannot call the API with it. */
export interface ApiKey {
  id: string;
  /** SHA-256 of the whole key. A secret of 32 random bytes needs no slower hash. */
  hash: Buffer;
  scopes: ReadonlySet<Scope>;
}

export const KeyId = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 lower-case letters, digits and hyphens');
const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the key in lower-case hex');
const Line = z.tuple([
  KeyId,
  Hash,
  z
    .string()
    .transform(text => text.split(','))
    .pipe(z.array(Scope)),
]);

/** A key says by which id it is kept. */
const idIn = (key: string) => /^parley_([a-z0-9-]{1,40})_[\w-]{32,200}$/.exec(key)?.[1];
const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** How often the file is looked at, in ms. */
export const reloadMs = 5000;
const maxKeys = 1000;
const maxFileLength = 1024 * 1024;

/** Makes a key, which is shown once, and the line by which it is kept. */
export function createApiKey(id: string, scopes: readonly Scope[]): { key: string; line: string } {
  const key = `parley_${id}_${randomBytes(32).toString('base64url')}`;
  return { key, line: `${id} ${sha256(key).toString('hex')} ${scopes.join(',')}` };
}

/**
 * Reads lines of id, hash and comma-separated scopes; empty lines and those that begin with `#` say nothing. A line with a mistake
 * counts for nothing, and all others count.
 */
export function parseApiKeys(text: string): { keys: Map<string, ApiKey>; mistakes: string[] } {
  const keys = new Map<string, ApiKey>();
  const mistakes: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const mistake = readLine(trimmed, keys);
    if (mistake !== undefined) mistakes.push(`Line ${index + 1}: ${mistake}`);
  }
  return { keys, mistakes };
}

function readLine(line: string, keys: Map<string, ApiKey>): string | undefined {
  const read = Line.safeParse(line.split(/\s+/));
  if (!read.success) return read.error.issues[0]?.message ?? 'is not valid';
  const [id, hash, scopes] = read.data;
  if (keys.has(id)) return `there is a key ${id} already`;
  if (keys.size >= maxKeys) return `there are more than ${maxKeys} keys`;
  keys.set(id, { id, hash: Buffer.from(hash, 'hex'), scopes: new Set(scopes) });
  return undefined;
}

/** The keys of the REST API: those of a file that may change at any time, and one from the environment that may do everything. */
export class ApiKeys {
  readonly #file: string | undefined;
  readonly #log: Logger;
  readonly #default: ApiKey | undefined;
  #keys = new Map<string, ApiKey>();
  #text = '';

  constructor(of: { apiKey?: string | undefined; apiKeysFile?: string | undefined }, log: Logger) {
    this.#file = of.apiKeysFile;
    this.#log = log;
    this.#default =
      of.apiKey === undefined
        ? undefined
        : { id: 'default', hash: sha256(of.apiKey), scopes: new Set(Scope.options) };
  }

  /**
   * Reads the file anew if it has changed. One that is not there has no keys.
   *
   * @throws Error of the file system; then the keys stay as they are.
   */
  async load(): Promise<void> {
    if (this.#file === undefined) return;
    const text = await readFile(this.#file, 'utf8').catch(error => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
    if (text === this.#text) return;
    if (text.length > maxFileLength) throw new Error(`${this.#file} is too large for a file of API keys.`);
    const { keys, mistakes } = parseApiKeys(text);
    this.#text = text;
    this.#keys = keys;
    this.#log.info({ keys: [...keys.keys()] }, 'API keys read');
    if (mistakes.length > 0) this.#log.error({ file: this.#file, mistakes }, 'some API keys cannot be read');
  }

  /**
   * Answers with the id of the caller's key.
   *
   * @throws RefusalError `unauthenticated` without a key that is known, `forbidden` if it lacks the scope.
   */
  require(authorization: string | undefined, scope: Scope): string {
    const key = this.#find(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '');
    if (!key) {
      throw new RefusalError('unauthenticated', 'Send an API key as "Authorization: Bearer <key>".');
    }
    if (key.scopes.has(scope)) return key.id;
    throw new RefusalError(
      'forbidden',
      `The API key ${key.id} may not do this: it lacks the scope ${scope}.`,
    );
  }

  #find(given: string): ApiKey | undefined {
    const hash = sha256(given);
    const candidates = [this.#keys.get(idIn(given) ?? ''), this.#default];
    return candidates.find(key => key !== undefined && timingSafeEqual(key.hash, hash));
  }
}
