import { KubeConfig } from '@kubernetes/client-node';
import { createLogger, createRegistry, type Registry } from '@parley/telemetry';
import { createOperator } from './operator.ts';
import { Settings } from './settings.ts';

/** The figures of an operator that is not started, for what is written of them. */
export function idleRegistry(): Registry {
  const settings = Settings.parse({
    NAMESPACE: 'parley-system',
    REDIS_URL: 'redis://127.0.0.1',
    CONTROL_TOKEN: 'no token is needed',
    WEB_URL: 'http://localhost',
    SFU_IMAGE: 'sfu',
    TURN_IMAGE: 'turn',
    SECRET_NAME: 'parley',
  });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'none', server: 'http://127.0.0.1', skipTLSVerify: false },
    { name: 'nobody' },
  );
  const registry = createRegistry();
  createOperator(settings, kubeConfig, createLogger('operator'), registry);
  return registry;
}
