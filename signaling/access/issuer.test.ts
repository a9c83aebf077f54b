/** Tokens of an OpenID Connect issuer, whose keys come by real HTTP. */
import { type RoomKey, type RoomUid, rightsOf, rightsOfRole } from '@parley/protocol';
import { createLogger } from '@parley/telemetry';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { audience, inSeconds, TestIssuer } from '../testing/issuer.ts';
import { Issuer } from './issuer.ts';
import { RoomTokens } from './tokens.ts';

const room = 'default/standup' as RoomKey;
const uid = '2f0dbd5e-5f0c-4d2c-9d0e-6a8e4a6a1a11' as RoomUid;
const log = createLogger('test');
log.level = 'silent';

let issuer: TestIssuer;
let tokens: RoomTokens;
const check = (token: string) => tokens.check(token, room, uid);
const trusting = (more: { jwksUrl?: string } = {}) =>
  new RoomTokens('the-key-that-tokens-are-signed-with', {
    issuer: new Issuer({ url: issuer.url, audience, ...more }, log),
  });

beforeEach(async () => {
  issuer = await new TestIssuer().listen();
  tokens = trusting();
});
afterEach(() => {
  vi.useRealTimers();
  issuer.close();
});

test.each(['RS256', 'ES256'] as const)('A4 a token of the issuer lets in a speaker (%s)', async alg => {
  const { sign } = await issuer.addKey('one', alg);
  const grant = await check(await sign({ name: 'Ada Lovelace', email: 'ada@example.org' }));
  expect(grant).toEqual({ identity: 'user-7', displayName: 'Ada Lovelace' });
  expect(rightsOf(grant)).toEqual(rightsOfRole.speaker);
  expect(await check(await sign({ aud: ['other', audience] }))).toEqual({ identity: 'user-7' });
});

test.each([
  [{ email: 'ada@example.org' }, { displayName: 'ada@example.org' }],
  [{ email: 'ada@example.org', email_verified: false }, {}],
  [{ name: '  ', email: 'ada@example.org' }, { displayName: 'ada@example.org' }],
  [{ name: 'A'.repeat(100) }, { displayName: 'A'.repeat(64) }],
  [{ name: 'A\u0000da' }, {}],
  [
    {
      name: 'Ada',
      parley: { name: 'Countess', identity: 'ada', role: 'moderator', rights: { chat: false } },
    },
    { displayName: 'Countess', identity: 'ada', role: 'moderator', rights: { chat: false } },
  ],
  [{ parley: { room, uid, role: 'viewer' } }, { role: 'viewer' }],
])('A4 claims %j grant %j', async (claims, grant) => {
  const { sign } = await issuer.addKey('one');
  expect(await check(await sign(claims))).toEqual({ identity: 'user-7', ...grant });
});

test.each<[string, object, string]>([
  ['one for another audience', { aud: 'other' }, 'unauthenticated'],
  ['one without an audience', { aud: undefined }, 'unauthenticated'],
  ['one without an end', { exp: undefined }, 'unauthenticated'],
  ['one of nobody', { sub: undefined }, 'unauthenticated'],
  ['one that is not valid yet', { nbf: inSeconds(60) }, 'unauthenticated'],
  ['an old one', { exp: inSeconds(-60) }, 'token_expired'],
  ['one for another room', { parley: { room: 'default/board' } }, 'forbidden'],
  ['one with a misspelt claim', { parley: { roles: 'viewer' } }, 'unauthenticated'],
  ['one with a role that there is not', { parley: { role: 'admin' } }, 'unauthenticated'],
  ['one whose claim is no object', { parley: 'owner' }, 'unauthenticated'],
])('J4 %s is refused', async (_what, claims, code) => {
  const { sign } = await issuer.addKey('one');
  await expect(check(await sign(claims))).rejects.toMatchObject({ name: 'RefusalError', code });
});

test('J4 what was not signed by a private key of the issuer is refused', async () => {
  const { sign, publicKey } = await issuer.addKey('one', 'RS256');
  expect(await check(await sign())).toBeDefined();
  const claims = { iss: issuer.url, aud: audience, sub: 'user-7', exp: inSeconds(60) };
  const withPublicKey = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(new TextEncoder().encode(await exportSPKI(publicKey)));
  const { privateKey } = await generateKeyPair('RS256');
  const ownKey = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey);
  const embedded = new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'one', jwk: { kty: 'RSA' }, jku: `${issuer.url}/evil` })
    .sign(privateKey);
  const ofSignaling = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('the-key-that-tokens-are-signed-with'));
  const unsigned = new UnsecuredJWT(claims).encode();
  for (const forged of [withPublicKey, ownKey, embedded, ofSignaling, unsigned]) {
    await expect(check(await forged)).rejects.toMatchObject({ code: 'unauthenticated' });
  }
  expect(issuer.asked).not.toContain('/evil');
});

test("J4 the issuer's key does not make tokens of signaling", async () => {
  const { sign } = await issuer.addKey('one');
  const claims = { iss: 'parley', aud: 'parley/join', room, role: 'owner' };
  await expect(check(await sign(claims))).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('A4 keys are fetched once, and again when a token names one that is new', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const first = await issuer.addKey('one');
  await Promise.all(Array.from({ length: 20 }, async () => check(await first.sign())));
  expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);

  issuer.keys = [];
  const second = await issuer.addKey('two');
  vi.setSystemTime(Date.now() + 10_000);
  expect(await check(await second.sign())).toBeDefined();
  expect(issuer.asked).toHaveLength(3);
  await expect(check(await first.sign())).rejects.toMatchObject({ code: 'unauthenticated' });
  // Tokens with names of keys that nobody has do not make signaling ask at every one of them.
  const stranger = await second.sign({}, { kid: 'nobody' });
  await Promise.all(
    Array.from({ length: 20 }, () =>
      expect(check(stranger)).rejects.toMatchObject({ code: 'unauthenticated' }),
    ),
  );
  expect(issuer.asked).toHaveLength(3);
});

test('A4 an issuer that is down is no fault of the token, and is found again', async () => {
  const { sign } = await issuer.addKey('one');
  const token = await sign();
  issuer.health = 'down';
  await expect(check(token)).rejects.toMatchObject({ code: 'unavailable' });
  issuer.health = 'up';
  expect(await check(token)).toBeDefined();
  issuer.health = 'down';
  expect(await check(token), 'keys that are there are enough').toBeDefined();
});

test('A4 an issuer that does not answer is waited for for a while only', async () => {
  const { sign } = await issuer.addKey('one');
  const token = await sign();
  issuer.health = 'silent';
  await expect(check(token)).rejects.toMatchObject({ code: 'unavailable' });
  const direct = trusting({ jwksUrl: `${issuer.url}/jwks` });
  await expect(direct.check(token, room, uid)).rejects.toMatchObject({ code: 'unavailable' });
}, 20_000);

test('A4 where the keys are can be said without discovery', async () => {
  const { sign } = await issuer.addKey('one');
  tokens = trusting({ jwksUrl: `${issuer.url}/jwks` });
  expect(await check(await sign())).toBeDefined();
  expect(issuer.asked).toEqual(['/jwks']);
});

test.each([
  ['of another issuer', { issuer: 'https://elsewhere.example' }],
  ['that leads to keys that anybody may change', { jwks_uri: 'http://id.example/jwks' }],
  ['without keys', { jwks_uri: undefined }],
])('A4 a discovery document %s is not followed', async (_what, change) => {
  const { sign } = await issuer.addKey('one');
  issuer.discovery = { ...issuer.discovery, ...change };
  await expect(check(await sign())).rejects.toMatchObject({ code: 'unavailable' });
});
