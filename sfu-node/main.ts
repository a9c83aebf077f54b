import { createLogger, readEnv, runUntilSignal } from '@parley/telemetry';
import { setLogEventListeners } from 'mediasoup';
import { AddressError, mediaAddresses } from './addresses.ts';
import { Settings } from './settings.ts';
import { Sfu } from './sfu.ts';

const log = createLogger('sfu');
const settings = readEnv(Settings);
let sfu: Sfu | undefined;
// The first process of a container lives on at a signal that it does not take.
runUntilSignal(log, async () => sfu?.stop());
const addresses = await mediaAddresses(settings.addresses).catch((error: unknown) => {
  if (!(error instanceof AddressError)) throw error;
  log.fatal({ code: error.code, err: error.cause }, error.message);
  return process.exit(1);
});
sfu = new Sfu(settings, addresses, log);
setLogEventListeners({
  onwarn: (namespace, line) => log.debug({ namespace }, line),
  onerror: (namespace, line, error) => log.warn({ namespace, err: error }, line),
});
await sfu.start();
