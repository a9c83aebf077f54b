import { generateKeyPairSync } from 'node:crypto';
import { maxTokenLength, type RoomKey, type RoomUid, rightsOf } from '@parley/protocol';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { RoomTokens } from './tokens.ts';

const signingKey = 'the-key-that-tokens-are-signed-with';
const tokens = new RoomTokens(signingKey);
const room = 'default/standup' as RoomKey;
const uid = '2f0dbd5e-5f0c-4d2c-9d0e-6a8e4a6a1a11' as RoomUid;
const now = () => Math.floor(Date.now() / 1000);

/** A token as signaling makes them, but for what is said here. */
const forge = (claims: object = {}, key = signingKey, alg = 'HS256') =>
  new SignJWT({ iss: 'parley', aud: 'parley/join', exp: now() + 60, room, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));

test('A1 a token grants what it was issued with, and only that', async () => {
  const grant = {
    displayName: 'Ada',
    identity: 'user-7',
    role: 'viewer' as const,
    rights: { publish: ['microphone' as const], chat: false },
  };
  const checked = await tokens.check(await tokens.issue({ room, uid, ...grant }, 60), room, uid);
  expect(checked).toEqual(grant);
  expect(rightsOf(checked)).toEqual({
    publish: ['microphone'],
    subscribe: true,
    chat: false,
    moderate: false,
  });
  expect(await tokens.check(await tokens.issue({ room }, 60), room, uid)).toEqual({});
});

test('A1 a token of before, which names no key and no role, is still good', async () => {
  expect(await tokens.check(await forge({ name: 'Ada' }), room, uid)).toEqual({ displayName: 'Ada' });
});

test.each<[string, () => Promise<string> | string, string]>([
  ['nonsense', () => 'nonsense', 'unauthenticated'],
  ['an empty one', () => '..', 'unauthenticated'],
  ['one of another key', () => forge({}, 'another key than the right one'), 'unauthenticated'],
  ['one of another algorithm', () => forge({}, signingKey, 'HS512'), 'unauthenticated'],
  [
    'one that nobody signed',
    () =>
      new UnsecuredJWT({ room })
        .setIssuer('parley')
        .setAudience('parley/join')
        .setExpirationTime('1m')
        .encode(),
    'unauthenticated',
  ],
  [
    'one whose claims were changed',
    async () => {
      const [head, , signature] = (await tokens.issue({ room, role: 'viewer' }, 60)).split('.');
      const claims = { iss: 'parley', aud: 'parley/join', exp: now() + 60, room, role: 'owner' };
      return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    },
    'unauthenticated',
  ],
  ['one for something else than joining', () => forge({ aud: 'parley/other' }), 'unauthenticated'],
  ['one of an issuer that is not trusted', () => forge({ iss: 'https://id.example' }), 'unauthenticated'],
  ['one without an end', () => forge({ exp: undefined }), 'unauthenticated'],
  ['one that is not valid yet', () => forge({ nbf: now() + 60 }), 'unauthenticated'],
  ['one of an unknown role', () => forge({ role: 'king' }), 'unauthenticated'],
  ['one with a misspelt right', () => forge({ rights: { publsh: [] } }), 'unauthenticated'],
  ['a huge one', () => forge({ pad: 'x'.repeat(maxTokenLength) }), 'unauthenticated'],
  ['an old one', () => tokens.issue({ room }, -1), 'token_expired'],
  ['one for another room', () => tokens.issue({ room: 'default/board' as RoomKey }, 60), 'forbidden'],
  [
    'one for an earlier Room of the name',
    () => tokens.issue({ room, uid: '2f0dbd5e-5f0c-4d2c-9d0e-6a8e4a6a1a12' as RoomUid }, 60),
    'forbidden',
  ],
])('J4 %s is refused', async (_what, make, code) => {
  await expect(tokens.check(await make(), room, uid)).rejects.toMatchObject({ name: 'RefusalError', code });
});

test('J4 a key for another algorithm does not count as a secret', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await expect(tokens.check(await forge({}, pem), room, uid)).rejects.toMatchObject({
    code: 'unauthenticated',
  });
});

test('A5 while one signing key follows the other, tokens of both are good', async () => {
  const before = await tokens.issue({ room }, 60);
  const next = 'the-key-that-will-be-signed-with';
  const changing = new RoomTokens(next, { alsoAccepted: signingKey });
  expect(await changing.check(before, room, uid)).toEqual({});
  // Replicas that have not changed yet have to know the next key already.
  const prepared = new RoomTokens(signingKey, { alsoAccepted: next });
  expect(await prepared.check(await changing.issue({ room }, 60), room, uid)).toEqual({});
  const changed = new RoomTokens(next);
  await expect(changed.check(before, room, uid)).rejects.toMatchObject({ code: 'unauthenticated' });
});
