import { createHash } from 'node:crypto';
import { DisplayName, Grants, maxTokenLength, RefusalError, RoomKey, RoomUid } from '@parley/protocol';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Issuer } from './issuer.ts';

const issuer = 'parley';
const audience = 'parley/join';
const algorithm = 'HS256';

/** Who a token lets in, and what for. */
export interface Grant extends Grants {
  displayName?: string | undefined;
}

/** Which room a token opens; with `uid`, it does not open a later Room of the same name. */
export interface Opens {
  room: RoomKey;
  uid?: RoomUid | undefined;
}

const Claims = z.object({
  ...Grants.shape,
  room: RoomKey,
  uid: RoomUid.optional(),
  name: DisplayName.optional(),
});

interface SigningKey {
  /** Names the key in tokens without telling anything of it that they do not tell anyway. */
  id: string;
  secret: Uint8Array;
}

/** Makes the tokens that let people into rooms, and checks those and the ones of the issuer that is trusted besides, if there is one. */
export class RoomTokens {
  readonly #current: SigningKey;
  readonly #keys: SigningKey[];
  readonly #issuer: Issuer | undefined;

  /** Signs with `signingKey`; what `alsoAccepted` signed counts as well. */
  constructor(
    signingKey: string,
    more: { alsoAccepted?: string | undefined; issuer?: Issuer | undefined } = {},
  ) {
    this.#current = toKey(signingKey);
    this.#keys = [this.#current, ...(more.alsoAccepted ? [toKey(more.alsoAccepted)] : [])];
    this.#issuer = more.issuer;
  }

  async issue({ room, uid, ...grant }: Opens & Grant, expiresInSeconds: number): Promise<string> {
    const { displayName: name, identity, role, rights } = grant;
    // What is undefined is left out of JSON.
    return new SignJWT({ room, uid, name, identity, role, rights })
      .setProtectedHeader({ alg: algorithm, kid: this.#current.id })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
      .sign(this.#current.secret);
  }

  /**
   * What the token grants in this very room.
   *
   * @throws RefusalError `unauthenticated`, `token_expired`, `forbidden` if it is for another room, or `unavailable` while the
   * issuer's keys cannot be had.
   */
  async check(token: string, room: RoomKey, uid: RoomUid): Promise<Grant> {
    const { opens, grant } = await this.#verify(token);
    const fits =
      opens === undefined || (opens.room === room && (opens.uid === undefined || opens.uid === uid));
    if (fits) return grant;
    throw new RefusalError(
      'forbidden',
      'Your invitation is for another meeting. Ask for one for this meeting.',
    );
  }

  async #verify(token: string): Promise<{ opens: Opens | undefined; grant: Grant }> {
    try {
      if (token.length > maxTokenLength) throw new errors.JWTInvalid('The token is too long.');
      if (this.#issuer && decodeJwt(token).iss === this.#issuer.url) return await this.#issuer.verify(token);
      const { room, uid, name: displayName, identity, role, rights } = await this.#verifyOwn(token);
      return { opens: { room, uid }, grant: { displayName, identity, role, rights } };
    } catch (error) {
      throw error instanceof RefusalError ? error : refusalOf(error);
    }
  }

  async #verifyOwn(token: string): Promise<z.infer<typeof Claims>> {
    const options = { issuer, audience, algorithms: [algorithm], requiredClaims: ['exp'] };
    const { kid } = decodeProtectedHeader(token);
    // Tokens that were made before keys had ids name none.
    const keys = this.#keys.filter(({ id }) => kid === undefined || kid === id);
    for (const { secret } of keys) {
      try {
        return Claims.parse((await jwtVerify(token, secret, options)).payload);
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function toKey(key: string): SigningKey {
  const id = createHash('sha256').update(`parley key id:${key}`).digest('base64url').slice(0, 11);
  return { id, secret: new TextEncoder().encode(key) };
}

function refusalOf(cause: unknown): RefusalError {
  if (cause instanceof errors.JWTExpired) {
    return new RefusalError('token_expired', 'Your invitation has expired. Ask for a new one.', { cause });
  }
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'nbf') {
    return new RefusalError('unauthenticated', 'Your invitation is not valid yet. Try again later.', {
      cause,
    });
  }
  return new RefusalError('unauthenticated', 'Your invitation is not valid. Ask for a new one.', { cause });
}
