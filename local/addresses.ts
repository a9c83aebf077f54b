import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** The port whose listener on a node's address holds the network for a stack. */
const claimPort = 10_009;
/** The usual ports of what listens on a node's address. */
const usualPorts = { etcd: 2379, etcdPeer: 2380, kubeApi: 6443, kubelet: 10250 } as const;
const portsToTry = 100;

export type NodePorts = Readonly<Record<keyof typeof usualPorts, number>>;

/** A loopback network of a stack's own, 127.N.0.0/16, so that several stacks run side by side. */
export interface Network extends AsyncDisposable {
  /** Address of the node: etcd, API server and kubelet listen here. */
  readonly nodeAddress: string;
  /** The usual ports, or the next ones where another program, such as a real kubelet, has them on all addresses. */
  readonly ports: NodePorts;
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
    const ports = await freePorts(nodeAddress);
    if (ports) return network(n, nodeAddress, ports, claim);
    await close(claim);
  }
  throw new Error('No loopback network 127.N.0.0 is free: end some of the Parley stacks on this machine.');
}

function network(n: number, nodeAddress: string, ports: NodePorts, claim: Server): Network {
  claim.unref();
  let next = 0;
  const release = () => close(claim);
  return {
    nodeAddress,
    ports,
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

async function freePorts(address: string): Promise<NodePorts | undefined> {
  const taken = new Set<number>();
  const next = async (usual: number) => {
    for (let port = usual; port < usual + portsToTry; port += 1) {
      if (taken.has(port) || !(await isFree(address, port))) continue;
      taken.add(port);
      return port;
    }
    return undefined;
  };
  const etcd = await next(usualPorts.etcd);
  const etcdPeer = await next(usualPorts.etcdPeer);
  const kubeApi = await next(usualPorts.kubeApi);
  const kubelet = await next(usualPorts.kubelet);
  return etcd && etcdPeer && kubeApi && kubelet ? { etcd, etcdPeer, kubeApi, kubelet } : undefined;
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
