import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './connect.ts';

/** Several nodes of a cluster come and go together. */
const settleMs = 100;

/** The values of many keys, which need not be in one hash slot; null for those that are not there. */
export function getAll(client: RedisClient, keys: string[]): Promise<(string | null)[]> {
  if (keys.length === 0) return Promise.resolve([]);
  // Each node's commands travel together all the same.
  return client instanceof Cluster ? Promise.all(keys.map(key => client.get(key))) : client.mget(keys);
}

/**
 * The keys that match a pattern, some at a time. Keys that come or go meanwhile may be missed, and a key may come twice.
 *
 * @throws Error if a part of a cluster cannot be asked.
 */
export async function* scanKeys(client: RedisClient, pattern: string, count = 500): AsyncGenerator<string[]> {
  for (const server of client instanceof Cluster ? await masters(client) : [client]) {
    let cursor = '0';
    do {
      const [next, keys] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', count);
      cursor = next;
      if (keys.length > 0) yield keys;
    } while (cursor !== '0');
  }
}

/** The connections to all that hold a part of the keys. */
async function masters(cluster: Cluster): Promise<Redis[]> {
  // What the cluster says is looked up among the connections: one that is gone must not hide its keys.
  await new Promise<void>((resolve, reject) =>
    cluster.refreshSlotsCache(error => (error ? reject(error) : resolve())),
  );
  const byKey = new Map(cluster.nodes('master').map(node => [endpoint(node), node]));
  const owners = new Set<string>();
  for (let slot = 0; slot < 16_384; slot += 1) {
    const owner = cluster.slots[slot]?.[0];
    if (owner === undefined) throw new Error('a part of Redis Cluster has no master');
    owners.add(owner);
  }
  return [...owners].map(owner => {
    const node = byKey.get(owner);
    if (!node) throw new Error('a master of Redis Cluster is not connected');
    return node;
  });
}

/**
 * Calls back whenever what a server holds may be other than it was: after each connection, and when another
 * node of a cluster took over.
 */
export function onServersChanged(client: RedisClient, callback: () => void): void {
  client.on('ready', callback);
  if (!(client instanceof Cluster)) return;
  let settling = false;
  const changed = () => {
    if (settling) return;
    settling = true;
    setTimeout(() => {
      settling = false;
      if (client.status === 'ready') callback();
    }, settleMs);
  };
  let before = '';
  client.on('refresh', () => {
    const now = client.nodes('master').map(endpoint).sort().join();
    if (now !== before) changed();
    before = now;
  });
  client.on('+node', (node: Redis) => node.on('ready', changed));
}

const endpoint = ({ options }: Redis) => `${options.host}:${options.port}`;
