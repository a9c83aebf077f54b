import type { Logger } from './log.ts';

/**
 * Calls `stop` at the first SIGTERM or SIGINT and leaves with status 0 when it is done. An error that nothing caught
 * is logged and ends the process with status 1: what runs it starts it again.
 */
export function runUntilSignal(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    stop().then(
      () => process.exit(0),
      error => fail(error),
    );
  };
  const fail = (error: unknown) => {
    log.fatal({ err: error }, 'died of an error that nothing caught');
    process.exit(1);
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}
