import { createLogger, type Registry } from '@parley/telemetry';
import { Relay } from './relay.ts';
import { Settings } from './settings.ts';

/** The figures of a relay that is not started, for what is written of them. */
export function idleRegistry(): Registry {
  const settings = Settings.parse({
    POD_NAME: 'turn',
    POD_IPS: '127.0.0.1',
    POOL: 'default',
    REDIS_URL: 'redis://127.0.0.1',
    SECRETS_DIR: '/secrets',
    DATA_DIR: '/data',
  });
  return new Relay(settings, createLogger('turn')).registry;
}
