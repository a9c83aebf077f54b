import { isIPv6 } from 'node:net';

/** A server's address. IPv6 addresses stand without brackets. */
export interface Endpoint {
  host: string;
  port: number;
}

export interface Credentials {
  /** Without it, Redis's user `default` is meant. */
  username: string | undefined;
  password: string;
}

interface Common {
  /** Whether every connection is encrypted, those to the sentinels too. */
  tls: boolean;
  credentials: Credentials | undefined;
}

/** Where Redis is and how it is run. */
export type RedisAddress =
  | (Common & { kind: 'single'; server: Endpoint; db: number })
  | (Common & {
      kind: 'sentinel';
      sentinels: Endpoint[];
      /** The name under which the sentinels know the master. */
      master: string;
      db: number;
      /** What the sentinels themselves want to be told. */
      sentinelCredentials: Credentials | undefined;
    })
  | (Common & { kind: 'cluster'; nodes: Endpoint[] });

/** The text is no address of Redis. The message says what to change and repeats nothing of the text, which may hold a password. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
  readonly code = 'redis_url_invalid';
}

const kinds = { redis: 'single', 'redis+sentinel': 'sentinel', 'redis+cluster': 'cluster' } as const;
const forms =
  'redis://host:6379/0, redis+sentinel://host:26379,host:26379/<master name>, or redis+cluster://host:6379,host:6379; rediss instead of redis for TLS';
const maxEndpoints = 64;

/**
 * Understands the text of `REDIS_URL`; README.md lists the forms.
 *
 * @throws RedisUrlError
 */
export function parseRedisUrl(text: string): RedisAddress {
  const parts = /^(redis)(s?)(\+sentinel|\+cluster)?:\/\/([^/?]*)\/?([^?]*)(?:\?(.*))?$/i.exec(text.trim());
  if (!parts) throw new RedisUrlError(`must be an address of Redis: ${forms}`);
  const [, , s, way = '', authority = '', path = '', query = ''] = parts;
  const kind = kinds[`redis${way.toLowerCase()}` as keyof typeof kinds];
  const at = authority.lastIndexOf('@');
  const common = {
    tls: s !== '',
    credentials: at < 0 ? undefined : parseCredentials(authority.slice(0, at)),
  };
  const endpoints = parseEndpoints(authority.slice(at + 1), kind === 'sentinel' ? 26379 : 6379);
  const parameters = new URLSearchParams(query.replaceAll('+', '%2B'));
  const allowed = kind === 'sentinel' ? ['sentinelUsername', 'sentinelPassword'] : [];
  if ([...parameters.keys()].some(name => !allowed.includes(name))) {
    throw new RedisUrlError(
      `has a parameter after "?" that means nothing here; ${allowed.length > 0 ? `there are ${allowed.join(' and ')}` : 'there is none'}`,
    );
  }
  const segments = path === '' ? [] : path.split('/').map(decode);
  switch (kind) {
    case 'single': {
      const [server, ...more] = endpoints;
      if (!server || more.length > 0) {
        throw new RedisUrlError(
          'must name one host; with several, say redis+sentinel or redis+cluster instead of redis',
        );
      }
      return { kind, ...common, server, db: parseDb(segments) };
    }
    case 'sentinel': {
      const [master = '', ...rest] = segments;
      if (master === '')
        throw new RedisUrlError('must name the master after the sentinels: …:26379/<master name>');
      const sentinelCredentials = parseSentinelCredentials(parameters);
      return { kind, ...common, sentinels: endpoints, master, db: parseDb(rest), sentinelCredentials };
    }
    case 'cluster':
      if (segments.length > 0)
        throw new RedisUrlError('must end after the hosts: Redis Cluster has no databases');
      return { kind, ...common, nodes: endpoints };
  }
}

function parseCredentials(text: string): Credentials {
  const colon = text.indexOf(':');
  const password = colon < 0 ? '' : decode(text.slice(colon + 1));
  if (password === '')
    throw new RedisUrlError('has a user name and no password; write user:password@host or :password@host');
  return { username: decode(text.slice(0, colon)) || undefined, password };
}

function parseSentinelCredentials(parameters: URLSearchParams): Credentials | undefined {
  const password = parameters.get('sentinelPassword');
  const username = parameters.get('sentinelUsername') || undefined;
  if (password) return { username, password };
  if (username) throw new RedisUrlError('has a sentinelUsername and no sentinelPassword');
  return undefined;
}

function parseEndpoints(text: string, defaultPort: number): Endpoint[] {
  const texts = text.split(',');
  if (texts.length > maxEndpoints) throw new RedisUrlError(`must name at most ${maxEndpoints} hosts`);
  return texts.map((text, index) => {
    const [, ipv6, name, digits] = /^(?:\[([^\]]*)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
    const host = ipv6 ?? name;
    const port = digits === undefined ? defaultPort : Number(digits);
    if (host === undefined || (ipv6 !== undefined && !isIPv6(ipv6)) || port < 1 || port > 65_535) {
      const which = texts.length > 1 ? `, the ${index + 1}. of its hosts` : '';
      throw new RedisUrlError(
        `must hold host:port (IPv6 as [::1]:6379)${which}; in user name and password, write @ : / ? # % as %40 %3A %2F %3F %23 %25`,
      );
    }
    return { host, port };
  });
}

function parseDb(segments: string[]): number {
  const [text = '', ...more] = segments;
  if (more.length > 0 || !/^\d{0,5}$/.test(text)) {
    throw new RedisUrlError('must end with the number of a database, as in …/0, or without it');
  }
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('has a % that begins no percent-encoded character; write %25 for %');
  }
}
