import { createLogger, readEnv, runUntilSignal } from '@parley/telemetry';
import { createReplica } from './replica.ts';
import { Settings } from './settings.ts';

const settings = readEnv(Settings);
const log = createLogger('signaling');
const replica = await createReplica(settings, log);
await replica.listen();
runUntilSignal(log, () => replica.close());
