/** `npm run loadtest -- <name>`: puts load on a Parley that runs. */
import { mediaCommand, mediaUsage } from './media/command.ts';

const usage = `npm run loadtest -- <name> [options]

  media   people without browsers send and receive real sound and pictures

${mediaUsage}`;

const [name = '', ...rest] = process.argv.slice(2);
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopped.abort(new Error(`Stopped by ${signal}.`)));
}
const commands: Record<string, (argv: string[], signal: AbortSignal) => Promise<number>> = {
  media: mediaCommand,
};
const command = commands[name];
if (rest.includes('--help') || rest.includes('-h') || !command) {
  console.log(usage);
  process.exitCode = command || name === '--help' ? 0 : 2;
} else {
  try {
    process.exitCode = await command(rest, stopped.signal);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
