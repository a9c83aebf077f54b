import { expect, test } from 'vitest';
import type { Pod, PodCondition } from '../kube/types.ts';
import { type ContainerFacts, podStatus, type Run } from './status.ts';

const then = '2026-01-01T00:00:00Z';
const now = '2026-01-01T00:01:00Z';

const ended = (exitCode: number): Run => ({ kind: 'terminated', end: { exitCode } });
const running: Run = { kind: 'running', startedAt: then, containerId: 'process://7' };
const waiting: Run = { kind: 'waiting', reason: 'ContainerCreating' };

const facts = (run: Run, more: Partial<ContainerFacts> = {}): ContainerFacts => ({
  name: 'main',
  image: 'test:1',
  run,
  restartCount: 0,
  started: run.kind === 'running',
  ready: run.kind === 'running',
  ...more,
});

function status(restartPolicy: string, containers: ContainerFacts[], before: PodCondition[] = []) {
  const pod: Pod = { spec: { containers: [], restartPolicy } };
  const place = { podIp: '127.9.2.1', hostIp: '127.9.0.1', startTime: then };
  return podStatus(pod, { ...place, containers, before, now });
}

test.each([
  ['Always', [waiting], 'Pending'],
  ['Always', [running, waiting], 'Pending'],
  ['Always', [running], 'Running'],
  ['Always', [ended(0)], 'Running'],
  ['OnFailure', [ended(1)], 'Running'],
  ['OnFailure', [ended(0)], 'Succeeded'],
  ['Never', [ended(1), ended(0)], 'Failed'],
  ['Never', [ended(1), running], 'Running'],
] as const)('policy %s with %j: %s', (policy, runs, phase) => {
  expect(
    status(
      policy,
      runs.map(run => facts(run)),
    ).phase,
  ).toBe(phase);
});

test('a container that backs off keeps its pod Running', () => {
  const backingOff = facts({ kind: 'waiting', reason: 'CrashLoopBackOff' }, { last: { exitCode: 1 } });
  expect(status('Always', [backingOff])).toMatchObject({
    phase: 'Running',
    containerStatuses: [{ lastState: { terminated: { exitCode: 1 } }, ready: false }],
  });
});

test('a condition keeps its time until its status changes', () => {
  const before = [
    { type: 'Ready', status: 'True', lastTransitionTime: then },
    { type: 'Initialized', status: 'True', lastTransitionTime: then },
  ];
  const conditions = status('Always', [facts(running, { ready: false })], before).conditions;
  expect(conditions).toContainEqual(
    expect.objectContaining({ type: 'Ready', status: 'False', lastTransitionTime: now }),
  );
  expect(conditions).toContainEqual({ type: 'Initialized', status: 'True', lastTransitionTime: then });
});
