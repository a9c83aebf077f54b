import { createHash } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import type { MediaPoolSpec } from '@parley/resources';
import { type PodRole, templateAnnotation } from '../kinds.ts';
import { addressOrigin } from './exposure.ts';
import type { PodSettings } from './pod.ts';
import { relayControlPort, sfuPorts } from './ports.ts';
import { sfuPod } from './sfu-pod.ts';
import { turnPod } from './turn-pod.ts';

const anyPool = { name: 'pool', uid: '', resourceVersion: '', creationTimestamp: '' };

/**
 * A short name for the way in which a pool's pods of this role are made; pods made in another way have another one. It is
 * taken from the pod that would be made, so that a new field of the schema exchanges no pod until somebody uses it. What
 * differs from pod to pod, its name and ports, does not count.
 */
export function templateName(role: PodRole, spec: MediaPoolSpec, settings: PodSettings): string {
  const metadata = { ...anyPool, generation: 1, finalizers: [], labels: {}, annotations: {} };
  const pool = { metadata, spec };
  const unused = new Set<number>();
  const ports = sfuPorts(spec, unused) ?? { media: [], control: 0 };
  const pod =
    role === 'sfu'
      ? sfuPod(pool, settings, ports)
      : turnPod(pool, settings, { control: relayControlPort(spec, unused) ?? 0 });
  // A pod that is told the address of its node was told one of these types.
  const addressTypes = addressOrigin(role, spec) === 'Node' ? spec.exposure.addressTypes : [];
  return fingerprint(pod, addressTypes);
}

/** The pod with the name of the template that it is made from. */
export function withTemplateName(pod: V1Pod, template: string): V1Pod {
  const annotations = { ...pod.metadata?.annotations, [templateAnnotation]: template };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

function fingerprint({ metadata, spec }: V1Pod, more: readonly string[]): string {
  const { name = '', labels, annotations } = metadata ?? {};
  const json = JSON.stringify({ labels, annotations, spec, more }, (_, value: unknown) => sorted(value));
  return createHash('sha256').update(json.replaceAll(name, '')).digest('hex').slice(0, 16);
}

/** The order of fields says nothing. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
