import { RefusalError, RoomKey, RoomUid } from '@parley/protocol';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

const issuer = 'parley';
const audience = 'parley/join';
const algorithm = 'HS256';

const Claims = z.object({ room: RoomKey, uid: RoomUid.optional(), name: z.string().optional() });

/** Makes and checks the tokens that let people into rooms with `access: Token`. */
export class RoomTokens {
  readonly #key: Uint8Array;

  constructor(signingKey: string) {
    this.#key = new TextEncoder().encode(signingKey);
  }

  /** A token for one room; with `uid`, it does not open a later Room of the same name. */
  async issue(
    grant: { room: RoomKey; uid?: RoomUid | undefined; displayName?: string | undefined },
    expiresInSeconds: number,
  ): Promise<string> {
    const { room, uid, displayName } = grant;
    return new SignJWT({ room, ...(uid && { uid }), ...(displayName && { name: displayName }) })
      .setProtectedHeader({ alg: algorithm })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
      .sign(this.#key);
  }

  /** @throws RefusalError `unauthenticated`, `token_expired` or `forbidden` unless the token opens this very room. */
  async check(token: string | undefined, room: RoomKey, uid: RoomUid): Promise<{ displayName?: string }> {
    if (!token) {
      throw new RefusalError('unauthenticated', 'This meeting needs an invitation link with a token in it.');
    }
    const claims = await this.#verify(token);
    if (claims.room !== room || (claims.uid !== undefined && claims.uid !== uid)) {
      throw new RefusalError(
        'forbidden',
        'Your invitation is for another meeting. Ask for one for this meeting.',
      );
    }
    return claims.name === undefined ? {} : { displayName: claims.name };
  }

  async #verify(token: string) {
    try {
      const options = { issuer, audience, algorithms: [algorithm], requiredClaims: ['exp'] };
      return Claims.parse((await jwtVerify(token, this.#key, options)).payload);
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) {
        throw new RefusalError('token_expired', 'Your invitation has expired. Ask for a new one.', { cause });
      }
      throw new RefusalError('unauthenticated', 'Your invitation is not valid. Ask for a new one.', {
        cause,
      });
    }
  }
}
