import { tmpdir } from 'node:os';
import { freePort } from './ports.ts';
import { RedisServer } from './redis-server.ts';

/** A real Redis server of the test's own. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  /** Kills the server; what it held is gone. */
  stop(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  start(): Promise<void>;
}

/** Without persistence: the server writes no data. */
export const inMemory = (dir: string) => ['--save', '', '--appendonly', 'no', '--dir', dir];

/** Starts `redis-server` on a free port of 127.0.0.1. It writes no file and dies with the test. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const server = new RedisServer(['--port', `${port}`, '--bind', '127.0.0.1', ...inMemory(tmpdir())]);
  await server.start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start: () => server.start(),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
