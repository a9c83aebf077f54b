/** `npm run loadtest -- <name>`: puts load on a Parley that runs. */
import { commands } from './commands.ts';

const [name = '', ...args] = process.argv.slice(2);
const command = commands.find(one => one.name === name);
const asksForHelp = [name, ...args].some(arg => arg === '--help' || arg === '-h');
if (!command || asksForHelp) {
  console.log(command ? await command.usage() : usageOfAll());
  process.exit(asksForHelp ? 0 : 2);
}

const stopped = new AbortController();
let stoppedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // npm passes on what the terminal sends as well. Only who asks once more does not want to wait for the end.
    if (!stopped.signal.aborted) stoppedAt = performance.now();
    else if (performance.now() - stoppedAt > 1_000) process.exit(130);
    stopped.abort(new Error(`Stopped by ${signal}.`));
  });
}
try {
  process.exitCode = await command.run(args, stopped.signal);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Who was stopped has connections that would keep the process.
if (stopped.signal.aborted) process.exit();

function usageOfAll(): string {
  const width = Math.max(...commands.map(one => one.name.length));
  const lines = commands.map(one => `  ${one.name.padEnd(width)}  ${one.what}`);
  return `npm run loadtest -- <name> [options]\n\n${lines.join('\n')}\n\nnpm run loadtest -- <name> --help tells more.`;
}
