export { claimNetwork, type Network } from './addresses.ts';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
export { KubeClient, KubeError } from './kube/client.ts';
