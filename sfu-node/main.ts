import { createLogger, readEnv, runUntilSignal } from '@parley/telemetry';
import { setLogEventListeners } from 'mediasoup';
import { Settings } from './settings.ts';
import { Sfu } from './sfu.ts';

const log = createLogger('sfu');
const sfu = new Sfu(readEnv(Settings), log);
setLogEventListeners({
  onwarn: (namespace, line) => log.debug({ namespace }, line),
  onerror: (namespace, line, error) => log.warn({ namespace, err: error }, line),
});
runUntilSignal(log, () => sfu.stop());
await sfu.start();
