import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';

/** How often each server is asked whether it is there. */
const askMs = 3000;
/** How long it may owe an answer before its connection is given up. */
export const silenceMs = 4000;
const channel = 'parley:alive';

/**
 * Asks each server from time to time whether it is there. A machine that is gone closes no connection: without a question
 * the system would take many minutes to notice. Ends with the client.
 */
export function keepAlive(client: Redis | Cluster, purpose: 'commands' | 'subscriptions'): void {
  const timer = setInterval(() => {
    if (client.status !== 'ready') return;
    for (const server of client instanceof Cluster ? client.nodes() : [client]) {
      if (server.status === 'ready') server.ping().catch(() => {});
    }
    if (client instanceof Cluster && purpose === 'subscriptions') void askSubscriber(client);
  }, askMs);
  timer.unref();
  client.on('end', () => clearInterval(timer));
}

/** The cluster's connection for subscriptions is out of reach but for subscribing. */
async function askSubscriber(cluster: Cluster): Promise<void> {
  const late = sleep(silenceMs, 'late', { ref: false });
  const outcome = await Promise.race([cluster.subscribe(channel).catch(() => 'refused'), late]);
  if (outcome === 'late' && cluster.status === 'ready') cluster.disconnect(true);
}
