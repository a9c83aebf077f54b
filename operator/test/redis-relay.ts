import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between one operator and Redis, and notes when that operator writes placements. */
export class RedisRelay implements AsyncDisposable {
  readonly url: string;
  /** Times of writes, in milliseconds of `performance.now()`. */
  readonly writes: number[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, upstream: URL) {
    this.#server = server;
    this.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', socket => {
      const redis = connect(Number(upstream.port), upstream.hostname);
      for (const [one, other] of [
        [socket, redis],
        [redis, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.once('close', () => other.destroy());
      }
      // Only a placement that is written has its text in it.
      socket.on('data', chunk => {
        if (chunk.includes('"state":"')) this.writes.push(performance.now());
      });
      socket.pipe(redis);
      redis.pipe(socket);
    });
  }

  static async start(redisUrl: string): Promise<RedisRelay> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RedisRelay(server, new URL(redisUrl));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
