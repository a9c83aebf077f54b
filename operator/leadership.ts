import { randomBytes } from 'node:crypto';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from '@parley/telemetry';
import {
  type Availability,
  type ControllerMetrics,
  type Fence,
  KubeApi,
  LeaderElector,
} from './runtime/index.ts';
import type { Settings } from './settings.ts';

export interface Leadership {
  readonly elector: LeaderElector;
  /** Why only a restart helps, or undefined. */
  readonly problem: string | undefined;
  /** Gives the lease back, if it is held. */
  stop(): Promise<void>;
}

export interface LeadershipOptions {
  settings: Settings;
  kubeConfig: KubeConfig;
  fence: Fence;
  /** Where it is said whether the API server answers. */
  availability: Availability;
  log: Logger;
  metrics: ControllerMetrics;
}

/** Lets this process act, by way of `fence`, while it holds the Lease `parley-operator` in the operator's namespace. */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { settings, kubeConfig, fence, availability, log, metrics } = options;
  const renewDeadlineMs = settings.LEASE_RENEW_DEADLINE_SECONDS * 1000;
  const api = new KubeApi(kubeConfig, {
    fieldManager: 'parley-operator',
    log,
    availability,
    observe: (method, code, seconds) => metrics.countRequest(method, code, seconds),
    attempts: 1,
    // A second request has to fit before the deadline.
    timeoutMs: Math.round(renewDeadlineMs * 0.4),
  });
  const elector = new LeaderElector({
    api,
    log,
    lease: { namespace: settings.NAMESPACE, name: 'parley-operator' },
    identity: `${settings.POD_NAME}_${randomBytes(6).toString('hex')}`,
    times: {
      durationSeconds: settings.LEASE_SECONDS,
      renewDeadlineMs,
      retryMs: settings.LEASE_RETRY_SECONDS * 1000,
    },
    fence,
  });
  metrics.observeLeader(() => elector.isLeading);
  const longestSilence = 30 + 3 * settings.LEASE_SECONDS;
  return {
    elector,
    get problem() {
      if (elector.silenceSeconds < longestSilence) return undefined;
      return `The leader election has not moved for ${Math.round(elector.silenceSeconds)} s`;
    },
    async stop() {
      await elector.stop();
      api.close();
    },
  };
}
