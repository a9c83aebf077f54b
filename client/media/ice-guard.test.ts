import { RefusalError } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IceGuard, iceTiming } from './ice-guard.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch() {
  const world = {
    online: true,
    restarts: 0,
    broken: 0,
    connected: 0,
    refusal: undefined as RefusalError | undefined,
  };
  const guard = new IceGuard({
    online: () => world.online,
    restart: async () => {
      world.restarts++;
      if (world.refusal) throw world.refusal;
    },
    changed: () => {},
    connected: () => world.connected++,
    broken: () => world.broken++,
  });
  return { world, guard };
}

test('a short disconnection heals by itself', async () => {
  const { world, guard } = watch();
  guard.stateChanged('disconnected');
  await vi.advanceTimersByTimeAsync(iceTiming.graceMs - 1);
  guard.stateChanged('connected');
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 0, broken: 0, connected: 1 });
  expect(guard.repairing).toBe(false);
});

test('a longer one is repaired by a restart', async () => {
  const { world, guard } = watch();
  guard.stateChanged('disconnected');
  await vi.advanceTimersByTimeAsync(iceTiming.graceMs);
  expect(world.restarts).toBe(1);
  expect(guard.repairing).toBe(true);
  guard.stateChanged('connecting');
  guard.stateChanged('connected');
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 1, broken: 0 });
  expect(guard.repairing).toBe(false);
});

test('two restarts that do not help are enough', async () => {
  const { world, guard } = watch();
  guard.stateChanged('failed');
  await vi.advanceTimersByTimeAsync(iceTiming.restartMs);
  expect(world).toMatchObject({ restarts: 2, broken: 0 });
  guard.stateChanged('failed');
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 2, broken: 1 });
});

test('a transport that the server does not know is broken at once', async () => {
  const { world, guard } = watch();
  world.refusal = new RefusalError('not_found', 'No such transport.');
  guard.stateChanged('failed');
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 1, broken: 1 });
});

test('waits while the server cannot be asked', async () => {
  const { world, guard } = watch();
  world.online = false;
  guard.stateChanged('failed');
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 0, broken: 0 });
  world.online = true;
  guard.check();
  expect(world.restarts).toBe(1);
});

test('a restart that nobody answers, as the connection is gone too, is made up for once there is another', async () => {
  const { world, guard } = watch();
  world.refusal = new RefusalError('unavailable', 'No answer.');
  guard.stateChanged('failed');
  world.online = false;
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 1, broken: 0 });
  world.online = true;
  world.refusal = undefined;
  guard.check();
  guard.stateChanged('connected');
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 2, broken: 0 });
});

test('on another network a restart does not wait until the path is lost, nor give up one that holds', async () => {
  const { world, guard } = watch();
  guard.stateChanged('connected');
  guard.networkChanged();
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 1, broken: 0 });
  expect(guard.repairing).toBe(false);
});

test('on another network without a server, it restarts once there is one', async () => {
  const { world, guard } = watch();
  guard.stateChanged('connected');
  world.online = false;
  guard.networkChanged();
  expect(world.restarts).toBe(0);
  world.online = true;
  guard.check();
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 1, broken: 0 });
});

test('what is not connected yet is left alone', () => {
  const { world, guard } = watch();
  guard.networkChanged();
  guard.stateChanged('connecting');
  guard.networkChanged();
  expect(world.restarts).toBe(0);
});

test('a closed guard does nothing', async () => {
  const { world, guard } = watch();
  guard.stateChanged('disconnected');
  guard.close();
  guard.stateChanged('failed');
  await vi.runAllTimersAsync();
  expect(world).toMatchObject({ restarts: 0, broken: 0 });
});
