import { isIP } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { Redis, type RedisOptions } from 'ioredis';
import type { Credentials, RedisAddress } from './address.ts';
import { ClusterConnection } from './cluster.ts';
import { keepAlive, silenceMs } from './keep-alive.ts';

/** A connection to Redis, however it is run. Commands over several keys belong to `commands.ts`. */
export type RedisClient = Redis | ClusterConnection;

/** Where Redis is, as the settings say. */
export interface RedisServer {
  address: RedisAddress;
  /** Certificates in PEM that may have signed the servers'; those that Node trusts if there are none. */
  ca?: string | undefined;
}

export interface RedisClientOptions {
  /** Shown by `CLIENT LIST`. */
  name: string;
  /**
   * `commands`: one that cannot be sent now fails at once, one without an answer after `timeoutMs`.
   * `subscriptions`: made whenever they can be, and made again after each loss.
   */
  purpose: 'commands' | 'subscriptions';
  /** How long to wait for a connection, and for the answer to a command. Default: 3000. */
  timeoutMs?: number;
  /** How long to wait before the n-th try to connect, in ms. Default: up to about a second, jittered. */
  retryMs?: (attempt: number) => number;
  /** Connects at `connect()` instead of now. */
  lazy?: boolean;
  /** For users who do not look at the outcome of what they send, as Socket.IO's adapter: is told what fails instead. */
  onFailure?: (error: unknown) => void;
}

const jittered = (attempt: number) => Math.min(100 * attempt, 1000) * (0.75 + Math.random() / 2);

type ServerOptions = RedisOptions & { replyMapping?: 'legacy' };

/**
 * A single server, or the one that the sentinels name. The commands of one turn of the event loop are written at once: many small
 * writes are what costs a busy process most.
 */
class ServerConnection extends Redis {
  readonly #onFailure: RedisClientOptions['onFailure'];
  #gathering = false;

  constructor(options: ServerOptions, onFailure: RedisClientOptions['onFailure']) {
    super({ ...options, lazyConnect: true });
    this.#onFailure = onFailure;
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    this.#gather();
    const result = super.sendCommand(...args);
    if (this.#onFailure && result instanceof Promise) result.catch(this.#onFailure);
    return result;
  }

  #gather(): void {
    if (this.#gathering || this.status !== 'ready') return;
    const { stream } = this;
    this.#gathering = true;
    stream.cork();
    setImmediate(() => {
      this.#gathering = false;
      stream.uncork();
    });
  }
}

/**
 * Makes a connection that comes back by itself for as long as it takes: to the server, to whichever server the sentinels
 * say is master, or to all nodes of a cluster. Ends at `disconnect()`.
 */
export function createRedis(server: RedisServer, options: RedisClientOptions): RedisClient {
  const { address, ca } = server;
  const { name, purpose, timeoutMs = 3000, retryMs = jittered, lazy = false, onFailure } = options;
  const impatient = purpose === 'commands';
  const tls: TlsOptions | undefined = address.tls ? (ca ? { ca } : {}) : undefined;
  const common = {
    ...login(address.credentials),
    connectionName: name,
    disableClientInfo: true,
    connectTimeout: timeoutMs,
    // A server that is silent while it owes an answer is gone, though nobody closed the connection.
    socketTimeout: silenceMs,
    ...(impatient ? { commandTimeout: timeoutMs } : {}),
  };
  const client =
    address.kind === 'cluster'
      ? new ClusterConnection(address.nodes, {
          clusterRetryStrategy: retryMs,
          redisOptions: { ...common, ...(tls ? { tls } : {}) },
          timeoutMs: impatient ? timeoutMs : undefined,
          onFailure,
        })
      : new ServerConnection(
          {
            ...common,
            ...whereabouts(address, tls),
            db: address.db,
            retryStrategy: retryMs,
            enableOfflineQueue: !impatient,
            autoResendUnfulfilledCommands: !impatient,
            maxRetriesPerRequest: impatient ? 0 : null,
            // A master that was demoted refuses writes: the next connection finds its successor.
            reconnectOnError: error => /READONLY|MASTERDOWN/.test(error.message),
          },
          onFailure,
        );
  client.on('error', makeLoggable);
  keepAlive(client, purpose);
  if (!lazy) client.connect().catch(() => {});
  return client;
}

function whereabouts(
  address: Exclude<RedisAddress, { kind: 'cluster' }>,
  tls: TlsOptions | undefined,
): ServerOptions {
  if (address.kind === 'single') {
    const { host, port } = address.server;
    return { host, port, ...(tls ? { tls: isIP(host) ? tls : { ...tls, servername: host } } : {}) };
  }
  const { sentinels, master, sentinelCredentials } = address;
  return {
    sentinels,
    name: master,
    ...(sentinelCredentials?.username ? { sentinelUsername: sentinelCredentials.username } : {}),
    ...(sentinelCredentials ? { sentinelPassword: sentinelCredentials.password } : {}),
    sentinelRetryStrategy: attempt => Math.min(100 * attempt, 1000),
    ...(tls ? { tls, sentinelTLS: tls, enableTLSForSentinelMode: true } : {}),
  };
}

function login(credentials: Credentials | undefined): { username?: string; password?: string } {
  if (!credentials) return {};
  const { username, password } = credentials;
  return { password, ...(username ? { username } : {}) };
}

/** Errors end up in logs: they must not hold what was sent to log in, as the command that was refused, and should say why. */
function makeLoggable(error: unknown): void {
  if (!(error instanceof Error)) return;
  Reflect.deleteProperty(error, 'command');
  const reason: unknown = Reflect.get(error, 'lastNodeError');
  if (!(reason instanceof Error)) return;
  Reflect.deleteProperty(reason, 'command');
  error.message = `Redis Cluster cannot be asked: ${reason.message}`;
}
