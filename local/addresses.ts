import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** The port whose listener on a node's address holds the network for a stack. */
const claimPort = 10_009;
/** Ports of a node that have to be free: etcd, kube-apiserver, kubelet. */
export const nodePorts = { etcd: 2379, etcdPeer: 2380, kubeApi: 6443, kubelet: 10250 } as const;

/** A loopback network of a stack's own, 127.N.0.0/16, so that several stacks run side by side. */
export interface Network extends AsyncDisposable {
  /** Address of the node: etcd, API server and kubelet listen here. */
  readonly nodeAddress: string;
  /** An address for a pod that no other pod of this stack has had lately. */
  podAddress(): string;
  /** The `index`-th of 254 addresses that `podAddress` never gives. */
  fixedAddress(index: number): string;
  release(): Promise<void>;
}

/**
 * Claims a free network. A listening socket is the claim, so two stacks never get the same one and a claim ends with
 * its process.
 *
 * @throws Error if no network is free.
 */
export async function claimNetwork(): Promise<Network> {
  const first = randomInt(1, 255);
  for (let step = 0; step < 254; step += 1) {
    const n = ((first + step - 1) % 254) + 1;
    const nodeAddress = `127.${n}.0.1`;
    const claim = await listen(nodeAddress, claimPort);
    if (!claim) continue;
    if (await portsAreFree(nodeAddress)) return network(n, nodeAddress, claim);
    await close(claim);
  }
  throw new Error('No loopback network 127.N.0.0 is free: end some of the Parley stacks on this machine.');
}

function network(n: number, nodeAddress: string, claim: Server): Network {
  claim.unref();
  let next = 0;
  const release = () => close(claim);
  return {
    nodeAddress,
    podAddress() {
      const index = next % (253 * 254);
      next += 1;
      return `127.${n}.${2 + Math.floor(index / 254)}.${1 + (index % 254)}`;
    },
    fixedAddress: index => `127.${n}.1.${index}`,
    release,
    [Symbol.asyncDispose]: release,
  };
}

async function portsAreFree(address: string): Promise<boolean> {
  for (const port of Object.values(nodePorts)) {
    const server = await listen(address, port);
    if (!server) return false;
    await close(server);
  }
  return true;
}

/** Whether a program may listen on `port` of `address` now. */
export async function isFree(address: string, port: number): Promise<boolean> {
  const server = await listen(address, port);
  if (server) await close(server);
  return server !== undefined;
}

function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()));
}
