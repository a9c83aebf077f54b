import { createLogger, readEnv, runUntilSignal } from '@parley/telemetry';
import { Canary } from './canary.ts';
import { Settings } from './settings.ts';

const log = createLogger('canary');
const canary = new Canary(readEnv(Settings), log);
runUntilSignal(log, () => canary.stop());
await canary.start();
