import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { SfuInstance } from '@parley/protocol';
import { freePort } from '@parley/testing';
import { afterEach, expect, test } from 'vitest';
import { SfuLines } from './sfu-lines.ts';

const cleaning: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

/** A process that listens, and says when somebody has called. */
async function startListener(port: number) {
  const child = fork(
    '-e',
    [
      `require('node:net').createServer(socket => { socket.resume(); process.send('called'); })
        .listen(${port}, '127.0.0.1', () => process.send('listens'))`,
    ],
    { execArgv: [] },
  );
  cleaning.push(() => child.kill('SIGKILL'));
  const heard = async (word: string) => {
    const [message] = await once(child, 'message');
    expect(message).toBe(word);
  };
  await heard('listens');
  return { child, called: () => heard('called') };
}

const instance = SfuInstance.parse('b9d4e1c0-0000-4000-8000-000000000001');
const sfu = (port: number) => ({ instance, controlUrl: `http://127.0.0.1:${port}` });

function follow(port: number) {
  const refused = Promise.withResolvers<string>();
  const lines = new SfuLines(refused.resolve);
  cleaning.push(() => lines.close());
  lines.follow([sfu(port)]);
  return { lines, refused: refused.promise };
}

test('a process that is killed is known to be gone by its connection', async () => {
  const port = await freePort();
  const { child, called } = await startListener(port);
  const { refused } = follow(port);
  await called();
  child.kill('SIGKILL');
  expect(await refused).toBe(instance);
});

test('one that closes the connection and lives is called again', async () => {
  const port = await freePort();
  let calls = 0;
  const twice = Promise.withResolvers<void>();
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    if (++calls === 1) socket.destroy();
    else twice.resolve();
  }).listen(port, '127.0.0.1');
  cleaning.push(() => server.close());
  await once(server, 'listening');
  const { lines, refused } = follow(port);
  const gone = await Promise.race([refused, twice.promise]);
  expect(gone).toBeUndefined();
  lines.close();
});

test('where nothing ever answered a refusal says nothing, until somebody does', async () => {
  const port = await freePort();
  const { refused } = follow(port);
  const { child, called } = await startListener(port);
  expect(await Promise.race([refused, called()])).toBeUndefined();
  child.kill('SIGKILL');
  expect(await refused).toBe(instance);
});

test('who is not to be followed any more is not spoken of', async () => {
  const [port, other] = [await freePort(), await freePort()];
  const [doomed, marker] = [await startListener(port), await startListener(other)];
  const said: string[] = [];
  const second = SfuInstance.parse('b9d4e1c0-0000-4000-8000-000000000002');
  const both = Promise.withResolvers<void>();
  const lines = new SfuLines(gone => {
    said.push(gone);
    if (gone === second) both.resolve();
  });
  cleaning.push(() => lines.close());
  const last = { instance: second, controlUrl: `http://127.0.0.1:${other}` };
  lines.follow([sfu(port), last]);
  await Promise.all([doomed.called(), marker.called()]);
  lines.follow([last]);
  doomed.child.kill('SIGKILL');
  await once(doomed.child, 'exit');
  marker.child.kill('SIGKILL');
  await both.promise;
  expect(said).toEqual([second]);
});
