import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Pod, Service } from '../kube/types.ts';

/** A port of the node that leads to a pod. */
export interface HostPort {
  protocol: 'TCP' | 'UDP';
  hostPort: number;
  containerPort: number;
}

/** A UDP sender that is silent for so long is forgotten. */
const flowIdleMs = 120_000;
const flowLimit = 4_096;

/** The ports of the node that a pod occupies; with `hostNetwork` these are its own. */
export function hostPortsOf(pod: Pod): HostPort[] {
  const own = pod.spec?.hostNetwork === true;
  return (pod.spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.flatMap(({ protocol, hostPort, containerPort }) => {
      const port = own ? containerPort : hostPort;
      if (!port) return [];
      return [{ protocol: protocol === 'UDP' ? 'UDP' : 'TCP', hostPort: port, containerPort } as const];
    }),
  );
}

/** The ports of the node that Services of type NodePort lead to a pod. Ports of the pod are known by number here. */
export function nodePortsOf(pod: Pod, services: readonly Service[]): HostPort[] {
  const labels = pod.metadata?.labels ?? {};
  const selects = ({ spec }: Service) => {
    const selector = Object.entries(spec?.selector ?? {});
    return selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
  };
  return services
    .filter(service => service.spec?.type === 'NodePort' && selects(service))
    .flatMap(({ spec }) => spec?.ports ?? [])
    .flatMap(({ protocol, nodePort, port, targetPort = port }) => {
      if (nodePort === undefined || typeof targetPort !== 'number') return [];
      const udp = protocol === 'UDP';
      return [{ protocol: udp ? 'UDP' : 'TCP', hostPort: nodePort, containerPort: targetPort } as const];
    });
}

/** The first wanted port that is taken, or undefined if all are to be had. */
export function clash(wanted: readonly HostPort[], taken: readonly HostPort[]): HostPort | undefined {
  return wanted.find(({ protocol, hostPort }) =>
    taken.some(other => other.protocol === protocol && other.hostPort === hostPort),
  );
}

/**
 * Passes what arrives at ports of the node on to a pod, until the returned function is called.
 *
 * @throws Error if a port is taken by another program.
 */
export async function forwardHostPorts(
  ports: readonly HostPort[],
  nodeAddress: string,
  podAddress: string,
): Promise<() => void> {
  const closers: (() => void)[] = [];
  const close = () => {
    for (const closer of closers.splice(0)) closer();
  };
  try {
    for (const port of ports) {
      const forward = port.protocol === 'UDP' ? forwardUdp : forwardTcp;
      closers.push(await forward(port, nodeAddress, podAddress));
    }
  } catch (error) {
    close();
    throw error;
  }
  return close;
}

async function forwardTcp(
  { hostPort, containerPort }: HostPort,
  from: string,
  to: string,
): Promise<() => void> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, incoming => {
    const outgoing = connect({ host: to, port: containerPort, allowHalfOpen: true });
    keep(incoming);
    keep(outgoing);
    incoming.once('error', () => outgoing.destroy()).once('close', () => outgoing.destroySoon());
    outgoing.once('error', () => incoming.destroy()).once('close', () => incoming.destroySoon());
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen({ host: from, port: hostPort, exclusive: true });
  await once(server, 'listening');
  return () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
}

/** Each sender gets a socket of its own towards the pod, so that answers find their way back. */
async function forwardUdp(
  { hostPort, containerPort }: HostPort,
  from: string,
  to: string,
): Promise<() => void> {
  const server = createSocket('udp4');
  const flows = new Map<string, { socket: UdpSocket; heard: number }>();
  const forget = (key: string) => {
    flows.get(key)?.socket.close();
    flows.delete(key);
  };
  server.on('message', (packet, { address, port }) => {
    const key = `${address}:${port}`;
    let flow = flows.get(key);
    if (!flow) {
      if (flows.size >= flowLimit) return;
      const socket = createSocket('udp4');
      socket.on('message', answer => server.send(answer, port, address));
      // The pod does not listen (yet): as on a network, the packet is lost.
      socket.on('error', () => forget(key));
      flow = { socket, heard: 0 };
      flows.set(key, flow);
    }
    flow.heard = Date.now();
    flow.socket.send(packet, containerPort, to);
  });
  server.bind({ address: from, port: hostPort, exclusive: true });
  await once(server, 'listening');
  const sweep = setInterval(() => {
    for (const [key, { heard }] of flows) {
      if (Date.now() - heard > flowIdleMs) forget(key);
    }
  }, flowIdleMs / 4).unref();
  return () => {
    clearInterval(sweep);
    for (const key of [...flows.keys()]) forget(key);
    server.close();
  };
}
