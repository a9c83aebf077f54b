/** `npm run api-key -- <id> <scope,…>` makes a key of the REST API. Nothing is kept or sent anywhere. */
import { z } from 'zod';
import { createApiKey, KeyId, Scope } from './access/api-keys.ts';

const Arguments = z.tuple([
  KeyId,
  z
    .string()
    .transform(text => text.split(','))
    .pipe(z.array(Scope)),
]);

const read = Arguments.safeParse(process.argv.slice(2));
if (read.success) {
  const { key, line } = createApiKey(...read.data);
  console.log(`The key, for the program that calls. It is shown only now:\n\n  ${key}\n`);
  console.log(`The line for the file of API keys (API_KEYS_FILE, api-keys of the Secret):\n\n  ${line}`);
} else {
  console.error(`Usage: npm run api-key -- <id> <scopes>
  id      names the key in logs: lower-case letters, digits and hyphens, such as crm
  scopes  one or more of ${Scope.options.join(',')}`);
  process.exitCode = 64;
}
