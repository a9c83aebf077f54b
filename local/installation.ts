import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { oldestKubernetes, renderChart } from '@parley/charts';
import type { KubeObject } from './kube/wire.ts';
import { podAddressAnnotation } from './runner/images.ts';

/** Where the chart is installed. */
export const systemNamespace = 'parley-system';

/** What differs between one run of the one-machine cluster and the next. */
export interface InstallationSettings {
  /** Address that the Redis pod is to have: there is no cluster DNS to give it a name. */
  redisAddress: string;
  /** URL that people open. */
  webUrl: string;
  signalingReplicas: number;
  /** Where traces go. */
  collector?: string | undefined;
  secrets: Secrets;
  /** Version of the API server, such as 1.35.0. */
  kubeVersion: string;
}

/** At least 16 characters each. */
export interface Secrets {
  controlToken: string;
  turnSecret: string;
  tokenSigningKey: string;
  apiKey: string;
  redisPassword: string;
}

/**
 * Everything that an installation consists of, in the order in which it can be applied: the namespace and what the
 * chart renders.
 *
 * @throws ToolsMissingError, HelmError
 */
export function installation(settings: InstallationSettings): KubeObject[] {
  const { redisPassword, ...secrets } = settings.secrets;
  const values = {
    ...(settings.collector !== undefined && { tracing: { endpoint: settings.collector, ratio: 1 } }),
    entrance: { url: settings.webUrl },
    signaling: { replicas: settings.signalingReplicas },
    // A worker keeps one core busy.
    pools: { default: { sfu: { workers: Math.min(availableParallelism(), 64) } } },
    redis: {
      url: `redis://:${redisPassword}@${settings.redisAddress}:6379`,
      bundled: { password: redisPassword, podAnnotations: { [podAddressAnnotation]: settings.redisAddress } },
    },
    secrets,
  };
  return [namespace, ...render(values, settings.kubeVersion)];
}

/**
 * The chart's ServiceAccounts with their roles and bindings, for tests that run Parley with the rights it has there.
 *
 * @throws ToolsMissingError, HelmError
 */
export function accessObjects(namespace: string): KubeObject[] {
  const kinds = /^(ServiceAccount|(Cluster)?Role(Binding)?)$/;
  return rendered(namespace, {}, oldestKubernetes).filter(({ kind = '' }) => kinds.test(kind));
}

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };

const render = (values: object, kubeVersion: string) => rendered(systemNamespace, values, kubeVersion);

function rendered(namespace: string, values: object, kubeVersion: string): KubeObject[] {
  return renderChart({
    namespace,
    kubeVersion: isOlder(kubeVersion, oldestKubernetes) ? oldestKubernetes : kubeVersion,
    valuesFiles: [join(import.meta.dirname, 'values.yaml')],
    values,
  });
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}
