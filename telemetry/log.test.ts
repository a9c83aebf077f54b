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
