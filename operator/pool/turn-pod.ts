import type { V1Pod } from '@kubernetes/client-node';
import { labels } from '../kinds.ts';
import { exposureOf } from './exposure.ts';
import { type AcceptedPool, type PodSettings, podName, poolPod, secretMode, value } from './pod.ts';

export interface RelayOptions {
  /** Where it answers probes, see `relayControlPort`. */
  control: number;
  /** Uid of the Room that has the relay for itself. Default: the rooms of the pool share it. */
  room?: string;
}

const folders = { secrets: '/etc/parley/turn', tls: '/etc/parley/tls', data: '/var/lib/parley' };
/** The second of these is there only while one secret follows the other. */
const secretFiles = { current: 'turn-secret', alsoAccepted: 'turn-secret-also-accepted' };

/** A pod that runs a TURN relay of the pool. */
export function turnPod(pool: AcceptedPool, settings: PodSettings, { control, room }: RelayOptions): V1Pod {
  const { turn } = pool.spec;
  const exposure = exposureOf('turn', pool.spec);
  // The chart's NetworkPolicy lets clients in by these names.
  const listening = [
    { name: 'turn-udp', port: turn.port, protocol: 'UDP' },
    { name: 'turn-tcp', port: turn.port, protocol: 'TCP' },
    ...(turn.tls ? [{ name: 'turns-tcp', port: turn.tlsPort, protocol: 'TCP' }] : []),
  ];
  const inPod = (port: number) => (exposure === 'HostPort' ? unprivileged(port) : port);
  const item = (key: string) => ({ name: settings.secretName, items: [{ key, path: key }] });
  const privileged = listening.some(({ port }) => inPod(port) < 1024);
  return poolPod(pool, settings, {
    role: 'turn',
    name: podName(pool.metadata.name, 'turn'),
    ...(room === undefined ? {} : { labels: { [labels.room]: room } }),
    controlPort: control,
    container: {
      env: [
        value('TURN_PORT', inPod(turn.port)),
        value('TURN_TLS_PORT', inPod(turn.tlsPort)),
        value('RELAY_PORTS', `${turn.relayPorts.from}-${turn.relayPorts.to}`),
        value('SECRETS_DIR', folders.secrets),
        value('TLS_DIR', turn.tls ? folders.tls : ''),
        value('DATA_DIR', folders.data),
        value('ALLOWED_PEERS', turn.allowedPeers.join(',')),
        value('USER_QUOTA', turn.quota.perParticipant),
        value('TOTAL_QUOTA', turn.quota.perRelay),
        value('MAX_BYTES_PER_SECOND', turn.quota.bytesPerSecond ?? ''),
        value('EXTRA_ARGS', JSON.stringify(turn.extraArgs)),
      ],
      ports: listening.map(({ name, port, protocol }) => ({
        name,
        containerPort: inPod(port),
        protocol,
        ...(exposure === 'PodNetwork' ? {} : { hostPort: port }),
      })),
      volumeMounts: [
        { name: 'secrets', mountPath: folders.secrets, readOnly: true },
        { name: 'data', mountPath: folders.data },
        ...(turn.tls ? [{ name: 'tls', mountPath: folders.tls, readOnly: true }] : []),
      ],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '640Mi' } },
    },
    volumes: [
      {
        name: 'secrets',
        projected: {
          defaultMode: secretMode(settings),
          sources: [
            { secret: item(secretFiles.current) },
            { secret: { ...item(secretFiles.alsoAccepted), optional: true } },
          ],
        },
      },
      // The user database holds secrets: they stay out of the node's disk.
      { name: 'data', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      ...(turn.tls
        ? [{ name: 'tls', secret: { secretName: turn.tls.secretName, defaultMode: secretMode(settings) } }]
        : []),
    ],
    // On its own network a pod may let everyone take low ports; on that of its node it may not.
    ...(privileged && exposure === 'PodNetwork'
      ? { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] }
      : {}),
  });
}

/** A port that a process without privileges may listen on; a port of the node, such as 443, leads to it. */
function unprivileged(port: number): number {
  return port < 1024 ? port + 10_000 : port;
}
