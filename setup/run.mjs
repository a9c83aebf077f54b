import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const passedOn = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' };

/**
 * Runs a program to its end. It gets a process group of its own, since a Ctrl-C reaches this process both from the
 * terminal and from npm: this process passes it on once, and lives until the program has cleaned up and ended.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, stdout?: 'inherit' | 'stderr' }} options
 * @returns {Promise<number>} its exit status, 128 and the signal's number if a signal ended it.
 */
export function run(command, args, { cwd, env = process.env, stdout = 'inherit' }) {
  return new Promise((resolve, reject) => {
    const stdio = ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit'];
    const child = spawn(command, args, { cwd, env, stdio, detached: true });
    let last = 0;
    const handlers = Object.entries(passedOn).map(([received, sent]) => {
      const handler = () => {
        const isEcho = Date.now() - last < 300;
        last = Date.now();
        if (!isEcho) child.kill(sent);
      };
      process.on(received, handler);
      return () => process.off(received, handler);
    });
    // Whoever kills npm outright means all of it.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (!process.env.npm_lifecycle_event || process.ppid === parent) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, 1_000);
    const done = () => {
      clearInterval(watch);
      for (const off of handlers) off();
    };
    child.once('error', error => {
      done();
      reject(new Error(`${command} could not be started: ${error.message}`, { cause: error }));
    });
    child.once('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
