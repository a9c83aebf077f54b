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
const server = createServer(
  registry,
  () => operator.readiness(),
  () => operator.health(),
);
runUntilSignal(log, async () => {
  await operator.stop();
  await server.close();
});
operator.lost.then(reason => {
  log.fatal({ reason }, 'no longer the leader: the process ends, so that a fresh one stands by');
  process.exit(1);
});
await server.listen({ host: settings.LISTEN_HOST, port: settings.PORT });
operator.start();
log.info({ host: settings.LISTEN_HOST, port: settings.PORT }, 'listening');
