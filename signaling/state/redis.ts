import { RefusalError } from '@parley/protocol';
import { createRedis, type RedisClient, type RedisServer } from '@parley/redis';
import { type Attributes, inSpan, type Logger, type Readiness } from '@parley/telemetry';

export interface RedisConnections {
  /** For commands. One that cannot be sent now fails at once. */
  readonly commands: RedisClient;
  /** For Socket.IO's adapter to publish on. */
  readonly publisher: RedisClient;
  /** For subscriptions, which wait for the connection and outlive it. */
  readonly subscriber: RedisClient;
  readiness(): Readiness;
  close(): void;
}

/** Connects, and connects again for as long as it takes. Logs a line when Redis goes and when it comes. */
export function connectRedis(server: RedisServer, log: Logger): RedisConnections {
  const commands = createRedis(server, { name: 'parley-signaling', purpose: 'commands' });
  // Socket.IO's adapter does not look at the outcome of what it sends.
  const publisher = createRedis(server, {
    name: 'parley-signaling-publisher',
    purpose: 'commands',
    onFailure: err => log.debug({ err }, 'a message to other replicas was not sent'),
  });
  const subscriber = createRedis(server, {
    name: 'parley-signaling-subscriber',
    purpose: 'subscriptions',
    onFailure: err => {
      // Others come from the connection, which is made again, and the subscriptions with it.
      if (`${err}`.includes('NOPERM')) log.error({ err }, 'the user of REDIS_URL may not subscribe');
    },
  });

  let reachable = false;
  let said: 'reachable' | 'unreachable' | undefined;
  let lastError: Error | undefined;
  commands.on('ready', () => {
    reachable = true;
    if (said !== 'reachable') log.info('Redis is reachable');
    said = 'reachable';
  });
  commands.on('close', () => {
    reachable = false;
    if (said !== 'unreachable') log.warn({ err: lastError }, 'Redis is unreachable; trying until it is back');
    said = 'unreachable';
  });
  commands.on('error', error => {
    lastError = error;
  });
  publisher.on('error', () => {});
  subscriber.on('error', () => {});
  subscriber.setMaxListeners(32);

  return {
    commands,
    publisher,
    subscriber,
    readiness: () =>
      reachable
        ? { ready: true }
        : { ready: false, reason: `Redis is unreachable: ${lastError?.message ?? 'not connected yet'}.` },
    close() {
      said = 'unreachable';
      for (const redis of [commands, publisher, subscriber]) redis.disconnect();
    },
  };
}

/** One or a few commands for one purpose, as a step of a trace. */
export function redisSpan<T>(name: string, run: () => Promise<T>, attributes?: Attributes): Promise<T> {
  return inSpan(`redis.${name}`, run, {
    kind: 'client',
    attributes: { 'db.system.name': 'redis', ...attributes },
  });
}

/** Runs a command or script; that Redis cannot be had is said in words for the person who waits. */
export async function ask<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ReplyError' && cause.message.startsWith('ERR')) throw cause;
    throw new RefusalError(
      'unavailable',
      'Meetings cannot be looked up at the moment. Try again in a few seconds.',
      { cause },
    );
  }
}
