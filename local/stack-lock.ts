import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Holds a folder for this process. The lock is a socket in Linux's abstract namespace: it exists exactly as long as its
 * holder lives, so nothing stale is ever left.
 *
 * @returns what gives it back, or undefined if another process has it.
 */
export function lockFolder(dir: string): Promise<(() => Promise<void>) | undefined> {
  const name = `\0parley-${createHash('sha256').update(dir).digest('hex').slice(0, 32)}`;
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy());
    server.once('error', error => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(() => new Promise(done => server.close(() => done())));
    });
  });
}
