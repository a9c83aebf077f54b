import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RelayError } from './errors.ts';

const current = 'turn-secret';
/** The secret before or after `turn-secret` while one follows the other. */
const alsoAccepted = 'turn-secret-also-accepted';

/**
 * The secrets that credentials may be made of, the one of `turn-secret` first.
 *
 * @throws RelayError `secret_unusable`
 */
export async function readSecrets(folder: string): Promise<string[]> {
  const secrets = [await read(join(folder, current)), await read(join(folder, alsoAccepted))];
  const [first] = secrets;
  if (!first) {
    throw new RelayError('secret_unusable', `The file ${current} of SECRETS_DIR is missing or empty.`);
  }
  const all = [...new Set(secrets.filter(secret => secret !== ''))];
  for (const secret of all) {
    if (secret.length >= 16 && secret.length <= 256 && !/\s/.test(secret)) continue;
    throw new RelayError(
      'secret_unusable',
      `Secrets in SECRETS_DIR must have 16 to 256 characters and no white space: see ${current} and ${alsoAccepted}.`,
    );
  }
  return all;
}

async function read(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new RelayError('secret_unusable', `A file of SECRETS_DIR cannot be read: ${file}.`, error);
  }
}
