import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a command that Redis refuses does not bring its password into the log', async () => {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)};
    const command = { name: 'hello', args: ['3', 'AUTH', 'default', 'hunter2'] };
    createLogger('test').warn({ err: Object.assign(new Error('WRONGPASS'), { command }) }, 'Redis is unreachable');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toMatchObject({ err: { message: 'WRONGPASS', command: { name: 'hello' } } });
  expect(stdout).not.toContain('hunter2');
});

test('lines of what belongs to a trace name it, and no others do', async () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    import { createLogger } from ${url('log.ts')};
    import { within } from ${url('tracing/scope.ts')};
    const log = createLogger('test');
    const trace = { traceId: '${'a'.repeat(32)}', spanId: '${'b'.repeat(16)}', sampled: false };
    await within(trace, undefined, async () => log.info('inside'));
    log.info('outside');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines.map(({ message, traceId }) => [message, traceId])).toEqual([
    ['inside', 'a'.repeat(32)],
    ['outside', undefined],
  ]);
});
