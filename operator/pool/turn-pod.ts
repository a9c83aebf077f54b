import type { V1Pod } from '@kubernetes/client-node';
import { type AcceptedPool, fromField, type PodSettings, podName, poolPod } from './pod.ts';

/** Where coturn listens for clients, over UDP and TCP. */
export const turnPort = 3478;
const relayPorts = { from: 49_152, to: 65_535 };
const configFolder = '/etc/coturn';
const configFile = 'turnserver.conf';

/** A pod that runs a coturn relay of the pool. It writes to no file: its root is read-only. */
export function turnPod(pool: AcceptedPool, settings: PodSettings): V1Pod {
  const { exposure, turn } = pool.spec;
  const onHost = exposure.type === 'HostPort';
  return poolPod(pool, settings, {
    name: podName(pool.metadata.name, 'turn'),
    role: 'turn',
    graceSeconds: 10,
    user: 65_534,
    container: {
      name: 'turn',
      image: turn.image ?? settings.coturnImage,
      command: ['turnserver'],
      args: [
        ...['-c', `${configFolder}/${configFile}`],
        ...['--listening-ip=$(POD_IP)', '--relay-ip=$(POD_IP)', `--listening-port=${turnPort}`],
        ...[`--min-port=${relayPorts.from}`, `--max-port=${relayPorts.to}`],
        ...['--use-auth-secret', '--realm=parley', '--fingerprint'],
        ...['--no-cli', '--no-multicast-peers', '--no-tls', '--no-dtls'],
        ...['--log-file=stdout', '--pidfile=/dev/null', '--userdb=:memory:'],
        ...turn.extraArgs,
      ],
      env: [fromField('POD_NAME', 'metadata.name'), fromField('POD_IP', 'status.podIP')],
      ports: ['UDP', 'TCP'].map(protocol => ({
        name: `turn-${protocol.toLowerCase()}`,
        containerPort: turnPort,
        protocol,
        ...(onHost ? { hostPort: turnPort } : {}),
      })),
      volumeMounts: [{ name: 'config', mountPath: configFolder, readOnly: true }],
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '512Mi' } },
      readinessProbe: { tcpSocket: { port: turnPort }, periodSeconds: 1, failureThreshold: 3 },
      livenessProbe: { tcpSocket: { port: turnPort }, periodSeconds: 10, failureThreshold: 3 },
    },
    volumes: [
      {
        name: 'config',
        secret: {
          secretName: settings.secretName,
          items: [{ key: configFile, path: configFile }],
          // Readable for the group that the kubelet gives the files to, and for no one else.
          defaultMode: 0o440,
        },
      },
    ],
  });
}
