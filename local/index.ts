export { claimNetwork, type Network } from './addresses.ts';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
export { KubeClient, KubeError } from './kube/client.ts';
export { type Watcher, watchCollection } from './kube/watch.ts';
export { LocalJson } from './local-json.ts';
export { systemNamespace } from './manifests.ts';
export { type RunningProcess, startProcess, stopProcess } from './processes.ts';
export {
  accessObjects,
  operatorClusterRules,
  operatorNamespaceRules,
  signalingClusterRules,
} from './rbac.ts';
export { type Image, type Images, parleyImages } from './runner/images.ts';
export { type PodRunner, startPodRunner } from './runner/runner.ts';
export { AlreadyRunningError, type Stack, type StackOptions, startStack } from './stack.ts';
