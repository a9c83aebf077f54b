import { KubeConfig } from '@kubernetes/client-node';
import { createLogger, createRegistry, readEnv, runUntilSignal } from '@parley/telemetry';
import { createOperator } from './operator.ts';
import { createServer } from './server.ts';
import { Settings } from './settings.ts';

const settings = readEnv(Settings);
const log = createLogger('operator');
const registry = createRegistry();
const kubeConfig = new KubeConfig();
kubeConfig.loadFromDefault();

const operator = createOperator(settings, kubeConfig, log, registry);
const server = createServer(registry, () => operator.readiness());
runUntilSignal(log, async () => {
  await operator.stop();
  await server.close();
});
await server.listen({ host: settings.LISTEN_HOST, port: settings.PORT });
operator.start();
log.info({ host: settings.LISTEN_HOST, port: settings.PORT }, 'listening');
