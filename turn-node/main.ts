import { createLogger, readEnv, runUntilSignal } from '@parley/telemetry';
import { Relay } from './relay.ts';
import { Settings } from './settings.ts';

const log = createLogger('turn');
const relay = new Relay(readEnv(Settings), log);
runUntilSignal(log, () => relay.stop());
await relay.start();
