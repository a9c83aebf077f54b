import { RefusalError } from '@parley/protocol';
import type { Logger, Readiness } from '@parley/telemetry';
import { Redis } from 'ioredis';

/**
 * A connection on which those who send commands do not look at the outcome, as Socket.IO's adapter does not: a command
 * that fails must not end the process.
 */
class UnwatchedRedis extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const result = super.sendCommand(...args);
    if (result instanceof Promise) result.catch(() => {});
    return result;
  }
}

export interface RedisConnections {
  /** For commands. One that cannot be sent now fails at once. */
  readonly commands: Redis;
  /** For Socket.IO's adapter to publish on. */
  readonly publisher: Redis;
  /** For subscriptions, which wait for the connection and outlive it. */
  readonly subscriber: Redis;
  readiness(): Readiness;
  close(): void;
}

/** Connects, and connects again for as long as it takes. Logs a line when Redis goes and when it comes. */
export function connectRedis(url: string, log: Logger): RedisConnections {
  const retryStrategy = (attempt: number) => Math.min(100 * attempt, 1000) * (0.75 + Math.random() / 2);
  const impatient = {
    retryStrategy,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 3000,
    commandTimeout: 3000,
  };
  const commands = new Redis(url, { ...impatient, connectionName: 'parley-signaling' });
  const publisher = new UnwatchedRedis(url, { ...impatient, connectionName: 'parley-signaling-publisher' });
  const subscriber = new UnwatchedRedis(url, {
    retryStrategy,
    maxRetriesPerRequest: null,
    connectTimeout: 3000,
    connectionName: 'parley-signaling-subscriber',
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
