import { expect, test } from 'vitest';
import { Settings } from '../settings.ts';
import { replicaEnv } from '../testing/processes.ts';

const parse = (more: Record<string, string | undefined>) =>
  Settings.safeParse({ ...replicaEnv('redis://127.0.0.1', 0), ...more });
const oidc = { OIDC_ISSUER: 'https://id.example.org/realms/acme', OIDC_AUDIENCE: 'parley' };

test('an issuer is trusted only where one is named', () => {
  expect(parse({}).data?.issuer).toBeUndefined();
  expect(parse(oidc).data?.issuer).toEqual({ url: oidc.OIDC_ISSUER, audience: 'parley' });
  const jwksUrl = 'https://id.example.org/keys';
  expect(parse({ ...oidc, OIDC_JWKS_URL: jwksUrl }).data?.issuer).toMatchObject({ jwksUrl });
});

test('API keys may come from a file alone', () => {
  const alone = parse({ API_KEY: undefined, API_KEYS_FILE: '/etc/parley/api-keys/api-keys' });
  expect(alone.data).toMatchObject({ apiKeysFile: '/etc/parley/api-keys/api-keys' });
});

test.each<[string, Record<string, string | undefined>, string]>([
  ['no API key at all', { API_KEY: undefined }, 'API_KEY'],
  ['an API key that is too short', { API_KEY: 'short' }, 'API_KEY'],
  [
    'a second signing key that is too short',
    { TOKEN_SIGNING_KEY_ALSO_ACCEPTED: '' },
    'TOKEN_SIGNING_KEY_ALSO_ACCEPTED',
  ],
  ['an issuer without audience', { ...oidc, OIDC_AUDIENCE: undefined }, 'OIDC_AUDIENCE'],
  ['an audience without issuer', { ...oidc, OIDC_ISSUER: undefined }, 'OIDC_ISSUER'],
  [
    'an issuer whose keys anybody on the way could change',
    { ...oidc, OIDC_ISSUER: 'http://id.example.org' },
    'OIDC_ISSUER',
  ],
  [
    'keys that anybody on the way could change',
    { ...oidc, OIDC_JWKS_URL: 'http://id.example.org' },
    'OIDC_JWKS_URL',
  ],
])('%s is named', (_what, env, name) => {
  expect(parse(env).error?.issues.map(({ path }) => path[0])).toEqual([name]);
});
