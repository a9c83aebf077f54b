import type {
  V1ConfigMap,
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1Ingress,
  V1Pod,
  V1PodCondition,
  V1PodStatus,
  V1Probe,
  V1Secret,
  V1Service,
  V1Volume,
} from '@kubernetes/client-node';
import type { Wire } from './wire.ts';

export type ConfigMap = Wire<V1ConfigMap>;
export type Container = Wire<V1Container>;
export type ContainerState = Wire<V1ContainerState>;
export type ContainerStatus = Wire<V1ContainerStatus>;
export type Ingress = Wire<V1Ingress>;
export type Pod = Wire<V1Pod>;
export type PodCondition = Wire<V1PodCondition>;
export type PodStatus = Wire<V1PodStatus>;
export type Probe = Wire<V1Probe>;
export type Secret = Wire<V1Secret>;
export type Service = Wire<V1Service>;
export type Volume = Wire<V1Volume>;

export interface List<T> {
  metadata: { resourceVersion: string };
  items: T[];
}
