import {
  DisplayName,
  Grants,
  Identity,
  maxDisplayName,
  RefusalError,
  RoomKey,
  RoomUid,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Grant, Opens } from './tokens.ts';

/** Only what is signed by a key that the issuer alone has. */
const algorithms = ['RS256', 'ES256'];
/** How long the issuer may take to answer, in ms. */
const answerWithinMs = 3000;
/** How often at most the keys are asked for because of a token that names one that is not known, in ms. */
const cooldownMs = 5000;
/** How far the clocks of the issuer and of this machine may differ, in seconds. */
const clockTolerance = 5;

/** An OpenID Connect issuer whose tokens let people in. */
export interface IssuerSettings {
  /** As it stands in `iss`. */
  url: string;
  /** One of the audiences that `aud` has to name. */
  audience: string;
  /** Where its keys are; by default, its discovery document says so. */
  jwksUrl?: string | undefined;
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The claim `parley` of an issuer that knows of it. A key that is misspelt is a mistake. */
const ParleyClaim = z.strictObject({
  ...Grants.shape,
  room: RoomKey.optional(),
  uid: RoomUid.optional(),
  name: DisplayName.optional(),
});

const Claims = z.object({
  sub: Identity,
  name: z.string().optional(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  parley: ParleyClaim.optional(),
});

/** Checks the tokens of an issuer by its published keys, which are fetched when they are needed and kept for up to ten minutes. */
export class Issuer {
  readonly url: string;
  readonly #settings: IssuerSettings;
  readonly #log: Logger;
  #keys: Promise<JWTVerifyGetKey> | undefined;
  #reachable = true;

  constructor(settings: IssuerSettings, log: Logger) {
    this.url = settings.url;
    this.#settings = settings;
    this.#log = log;
  }

  /**
   * What a token of this issuer grants; without `opens`, in every room.
   *
   * @throws RefusalError `unavailable` while the keys cannot be had; an error of jose or zod for a token that is not valid.
   */
  async verify(token: string): Promise<{ opens: Opens | undefined; grant: Grant }> {
    const { url: issuer, audience } = this.#settings;
    const options = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['exp', 'sub'] };
    const { payload } = await jwtVerify(token, this.#key, options);
    return toGrant(Claims.parse(payload));
  }

  readonly #key: JWTVerifyGetKey = async (header, token) => {
    try {
      const keyOf = await this.#keySet();
      const key = await keyOf(header, token);
      if (!this.#reachable) this.#log.info({ issuer: this.url }, "the issuer's keys can be had again");
      this.#reachable = true;
      return key;
    } catch (cause) {
      const isTokens =
        cause instanceof errors.JWKSNoMatchingKey ||
        cause instanceof errors.JWKSMultipleMatchingKeys ||
        cause instanceof errors.JOSENotSupported;
      if (isTokens) throw cause;
      if (this.#reachable) {
        this.#log.warn(
          { issuer: this.url, err: cause },
          "the issuer's keys cannot be had; trying at every join",
        );
      }
      this.#reachable = false;
      throw new RefusalError(
        'unavailable',
        'Your sign-in cannot be checked at the moment. Try again in a few seconds.',
        { cause },
      );
    }
  };

  /** Where to look is asked for once, by however many wait for it, and again after it could not be had. */
  #keySet(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#locate().then(
      url => createRemoteJWKSet(url, { timeoutDuration: answerWithinMs, cooldownDuration: cooldownMs }),
      error => {
        this.#keys = undefined;
        throw error;
      },
    );
    return this.#keys;
  }

  async #locate(): Promise<URL> {
    const { url, jwksUrl } = this.#settings;
    if (jwksUrl !== undefined) return new URL(jwksUrl);
    const response = await fetch(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(answerWithinMs),
    });
    if (!response.ok) throw new Error(`The discovery document was answered with ${response.status}.`);
    const found = Discovery.parse(await response.json());
    if (found.issuer !== url) throw new Error(`The discovery document is of the issuer ${found.issuer}.`);
    if (!isPrivate(found.jwks_uri))
      throw new Error('The discovery document names keys that are not at https:.');
    return new URL(found.jwks_uri);
  }
}

/** Whether nobody on the way can change what is answered there. */
export function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname))
  );
}

function toGrant({ sub, name, email, email_verified: verified, parley = {} }: z.infer<typeof Claims>) {
  const { room, uid, name: ownName, identity = sub, role, rights } = parley;
  const displayName =
    ownName ?? toDisplayName(name) ?? (verified === false ? undefined : toDisplayName(email));
  const opens: Opens | undefined = room === undefined ? undefined : { room, uid };
  const grant: Grant = { displayName, identity, role, rights };
  return { opens, grant };
}

/** As much of a name as can be shown; undefined if that is nothing. */
function toDisplayName(name: string | undefined): string | undefined {
  return DisplayName.safeParse(name?.trim().slice(0, maxDisplayName)).data;
}
