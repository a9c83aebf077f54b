import type { ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '../kube/types.ts';

export type Terminated = NonNullable<ContainerState['terminated']>;

/** What the runner knows of one container. */
export type Run =
  | { kind: 'waiting'; reason: string; message?: string }
  | { kind: 'running'; startedAt: string; containerId: string }
  | { kind: 'terminated'; end: Terminated };

export interface ContainerFacts {
  name: string;
  image: string;
  run: Run;
  /** How the run before this one ended. */
  last?: Terminated;
  restartCount: number;
  started: boolean;
  ready: boolean;
}

export interface PodFacts {
  podIp: string;
  hostIp: string;
  startTime: string;
  containers: readonly ContainerFacts[];
  /** Conditions as they were written last: they know since when they hold. */
  before: readonly PodCondition[];
  now: string;
}

/** The status of a bound pod, as the kubelet would write it. */
export function podStatus(pod: Pod, facts: PodFacts): PodStatus {
  const { containers, podIp, hostIp, startTime } = facts;
  const phase = phaseOf(pod.spec?.restartPolicy ?? 'Always', containers);
  return {
    phase,
    hostIP: hostIp,
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    startTime,
    qosClass: pod.status?.qosClass ?? 'Burstable',
    conditions: conditionsOf(phase, facts),
    containerStatuses: containers.map(containerStatus),
  };
}

function phaseOf(policy: string, containers: readonly ContainerFacts[]): string {
  const ends = containers.map(({ run }) => (run.kind === 'terminated' ? run.end.exitCode : undefined));
  const over = (code: number | undefined) =>
    code !== undefined && (policy === 'Never' || (policy === 'OnFailure' && code === 0));
  if (ends.length > 0 && ends.every(over)) return ends.every(code => code === 0) ? 'Succeeded' : 'Failed';
  const hasRun = ({ run, restartCount, last }: ContainerFacts) =>
    run.kind !== 'waiting' || restartCount > 0 || last !== undefined;
  return containers.length > 0 && containers.every(hasRun) ? 'Running' : 'Pending';
}

function conditionsOf(phase: string, { containers, before, now }: PodFacts): PodCondition[] {
  const notReady = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const readiness =
    notReady.length === 0
      ? { status: 'True' }
      : {
          status: 'False',
          reason: over ?? 'ContainersNotReady',
          message: `containers with unready status: [${notReady.join(' ')}]`,
        };
  const initialized = over === 'PodCompleted' ? { status: 'True', reason: over } : { status: 'True' };
  return [
    { type: 'Initialized', ...initialized },
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
    { type: 'PodScheduled', status: 'True' },
  ].map(condition => {
    const earlier = before.find(({ type }) => type === condition.type);
    const since = earlier?.status === condition.status ? earlier.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: since ?? now };
  });
}

function containerStatus(facts: ContainerFacts): ContainerStatus {
  const { name, image, run, last, restartCount, started, ready } = facts;
  const containerId = run.kind === 'running' ? run.containerId : (endOf(run) ?? last)?.containerID;
  return {
    name,
    image,
    imageID: '',
    ...(containerId ? { containerID: containerId } : {}),
    state: stateOf(run),
    lastState: last ? { terminated: last } : {},
    restartCount,
    started,
    ready,
  };
}

const endOf = (run: Run): Terminated | undefined => (run.kind === 'terminated' ? run.end : undefined);

function stateOf(run: Run): ContainerState {
  switch (run.kind) {
    case 'waiting':
      return { waiting: { reason: run.reason, ...(run.message ? { message: run.message } : {}) } };
    case 'running':
      return { running: { startedAt: run.startedAt } };
    case 'terminated':
      return { terminated: run.end };
  }
}
