import { createLogger, type Registry } from '@parley/telemetry';
import { Settings } from './settings.ts';
import { Sfu } from './sfu.ts';

/** The figures of an SFU that is not started, for what is written of them. */
export function idleRegistry(): Registry {
  const settings = Settings.parse({
    POD_NAME: 'sfu',
    POD_IP: '127.0.0.1',
    MEDIA_PORTS: '1',
    REDIS_URL: 'redis://127.0.0.1',
    CONTROL_TOKEN: 'no token is needed',
  });
  return new Sfu(settings, [], createLogger('sfu')).registry;
}
