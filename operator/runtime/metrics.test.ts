import { createLogger, createRegistry } from '@parley/telemetry';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { createServer } from '../server.ts';
import { Controller } from './controller.ts';
import { Fence } from './fence.ts';
import { LeaderElector } from './leader.ts';
import { ControllerMetrics } from './metrics.ts';

const log = createLogger('test');

test('the figures of a controller, its queue and its requests', async () => {
  const registry = createRegistry();
  const metrics = new ControllerMetrics(registry);
  const gate = Promise.withResolvers<undefined>();
  let failures = 1;
  const controller = new Controller({
    name: 'room',
    log,
    metrics,
    keys: () => ['a', 'b', 'c'],
    concurrency: 2,
    reconcile: async key => {
      if (key === 'a' && failures-- > 0) throw new Error('not yet');
      return key === 'b' ? gate.promise : undefined;
    },
  });
  metrics.observeSilence('rooms', () => 7);
  metrics.observeLeader(() => true);
  metrics.countRequest('GET', '200', 0.02);
  metrics.countRequest('PATCH', 'none', 3);
  controller.start();
  const text = await eventually('the second try', async () => {
    const seen = await registry.metrics();
    return seen.includes('parley_operator_reconcile_total{controller="room",result="success"} 2') && seen;
  });
  for (const line of [
    'parley_operator_reconcile_total{controller="room",result="error"} 1',
    'parley_operator_reconcile_errors_total{controller="room"} 1',
    'parley_operator_reconcile_seconds_count{controller="room"} 3',
    'parley_operator_active_workers{controller="room"} 1',
    'parley_operator_max_concurrent_reconciles{controller="room"} 2',
    'parley_operator_queue_depth{controller="room"} 0',
    'parley_operator_queue_adds_total{controller="room"} 4',
    'parley_operator_queue_retries_total{controller="room"} 1',
    'parley_operator_queue_seconds_count{controller="room"} 4',
    'parley_operator_api_requests_total{method="GET",code="200"} 1',
    'parley_operator_api_requests_total{method="PATCH",code="none"} 1',
    'parley_operator_api_request_seconds_bucket{le="0.025",method="GET"} 1',
    'parley_operator_watch_silence_seconds{resource="rooms"} 7',
    'parley_operator_leader 1',
  ]) {
    expect(text).toContain(line);
  }
  for (const name of ['queue_unfinished_seconds', 'queue_longest_running_seconds']) {
    const value = new RegExp(`parley_operator_${name}\\{controller="room"\\} (\\S+)`).exec(text)?.[1];
    expect(Number(value)).toBeGreaterThan(0);
  }
  gate.resolve(undefined);
  await controller.stop();
});

test('a worker that hangs makes the process unhealthy', async () => {
  const gate = Promise.withResolvers<undefined>();
  const controller = new Controller({
    name: 'room',
    log,
    metrics: new ControllerMetrics(createRegistry()),
    keys: () => ['a'],
    stuckSeconds: 0.02,
    reconcile: () => gate.promise,
  });
  const server = createServer(
    createRegistry(),
    () => ({ ready: true }),
    () => (controller.problem === undefined ? { ok: true } : { ok: false, reason: controller.problem }),
  );
  expect((await server.inject({ path: '/healthz' })).statusCode).toBe(200);
  controller.start();
  const answer = await eventually('the hang to be seen', async () => {
    const seen = await server.inject({ path: '/healthz' });
    return seen.statusCode === 503 && seen;
  });
  expect(answer.body).toContain('A worker of the controller room has been at one key');
  gate.resolve(undefined);
  await controller.stop();
  expect((await server.inject({ path: '/healthz' })).statusCode).toBe(200);
});

test('an election that hangs shows as silence', async () => {
  const gate = Promise.withResolvers<never>();
  const elector = new LeaderElector({
    api: { get: () => gate.promise, create: () => gate.promise, update: () => gate.promise },
    log,
    lease: { namespace: 'parley-system', name: 'parley-operator' },
    identity: 'me',
    times: { durationSeconds: 8, renewDeadlineMs: 5_000, retryMs: 1 },
    fence: new Fence(),
  });
  expect(elector.silenceSeconds).toBe(0);
  elector.start();
  await eventually('the silence', () => elector.silenceSeconds > 0.05);
  gate.reject(new Error('at last'));
  await eventually('the election to go on', () => elector.silenceSeconds < 0.05);
  await elector.stop();
});
