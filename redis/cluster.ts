import { Cluster, type ClusterOptions } from 'ioredis';
import type { Endpoint } from './address.ts';

export interface ClusterConnectionOptions extends Pick<ClusterOptions, 'clusterRetryStrategy'> {
  redisOptions: ClusterOptions['redisOptions'] & { replyMapping?: 'legacy' };
  /** Commands fail at once without a connection and after this time without an answer; undefined: they wait. */
  timeoutMs: number | undefined;
  onFailure: ((error: unknown) => void) | undefined;
}

/** How often one asks which node serves what, though no answer said that it changed. */
const topologyMs = 5000;

/**
 * A connection to every node of a Redis Cluster. It is kept even when nothing is sent, so that a node that is gone is noticed,
 * and `close` comes when all are.
 */
export class ClusterConnection extends Cluster {
  readonly #timeoutMs: number | undefined;
  readonly #onFailure: ClusterConnectionOptions['onFailure'];

  constructor(nodes: Endpoint[], { timeoutMs, onFailure, ...options }: ClusterConnectionOptions) {
    super(nodes, {
      ...options,
      lazyConnect: true,
      // For commands that meet a node that is about to be connected; see `sendCommand` for the others.
      enableOfflineQueue: true,
      slotsRefreshInterval: topologyMs,
      // Names are left to each connection: all addresses of a name are tried then, and certificates are for names.
      dnsLookup: (name, callback) => callback(null, name),
    });
    this.#timeoutMs = timeoutMs;
    this.#onFailure = onFailure;
    this.on('ready', () => this.#connectAll());
    this.on('+node', () => {
      if (this.status === 'ready') this.#connectAll();
    });
  }

  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const result = this.#send(...args);
    if (this.#onFailure && result instanceof Promise) result.catch(this.#onFailure);
    return result;
  }

  #send(...args: Parameters<Cluster['sendCommand']>): unknown {
    const [command] = args;
    // What the cluster is like is asked before it is ready.
    if (this.#timeoutMs === undefined || command.name === 'cluster') return super.sendCommand(...args);
    if (this.status !== 'ready') {
      command.reject(new Error('Redis Cluster is not connected'));
      return command.promise;
    }
    command.setTimeout(this.#timeoutMs);
    return super.sendCommand(...args);
  }

  #connectAll(): void {
    for (const node of this.nodes()) if (node.status === 'wait') node.connect().catch(() => {});
  }
}
