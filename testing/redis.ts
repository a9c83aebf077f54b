import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { RedisServer } from './redis-server.ts';

/** A real Redis server of the test's own. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  /** Kills the server; what it held is gone, unless it is durable. */
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** It answers nobody until `thaw`, and keeps what it holds. */
  freeze(): void;
  thaw(): void;
}

/** Without persistence: the server writes no data. */
export const inMemory = (dir: string) => ['--save', '', '--appendonly', 'no', '--dir', dir];

/** Starts `redis-server` on a free port of 127.0.0.1. It writes no file and dies with the test. */
export function startRedis(): Promise<TestRedis> {
  return start(inMemory(tmpdir()));
}

/** Starts one that has each change on disk before it answers; the files go with it. */
export async function startDurableRedis(): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  const clean = () => rm(dir, { recursive: true, force: true });
  const server = await start([
    ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
    ...['--dir', dir],
  ]).catch(async error => {
    await clean();
    throw error;
  });
  return { ...server, [Symbol.asyncDispose]: () => server.stop().finally(clean) };
}

async function start(args: string[]): Promise<TestRedis> {
  const port = await freePort();
  const server = new RedisServer(['--port', `${port}`, '--bind', '127.0.0.1', ...args]);
  await server.start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start: () => server.start(),
    stop: () => server.stop(),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
