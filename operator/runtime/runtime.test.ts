import { eventually } from '@parley/testing';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeRoom } from '../test/make.ts';
import { backoffMs } from './backoff.ts';
import { toConditions } from './conditions.ts';
import { KubeError, mayRetry } from './error.ts';
import { mergePatch } from './patch.ts';
import { WorkQueue } from './queue.ts';
import { compareVersions, Store } from './store.ts';

describe('WorkQueue', () => {
  const settle = () => new Promise(resolve => setImmediate(resolve));

  test('keeps one entry and one worker per key, and looks again at what changed meanwhile', async () => {
    const gates: (() => void)[] = [];
    const seen: string[] = [];
    let active = 0;
    const queue = new WorkQueue(
      async key => {
        seen.push(key);
        active += 1;
        expect(active).toBe(1);
        await new Promise<void>(resolve => gates.push(resolve));
        active -= 1;
        return undefined;
      },
      () => undefined,
      { concurrency: 4 },
    );
    for (const _ of [1, 2, 3]) queue.add('a');
    await settle();
    gates.shift()?.();
    await settle();
    expect(seen).toEqual(['a', 'a']);
    gates.shift()?.();
    await settle();
    expect(seen).toEqual(['a', 'a']);
    await queue.stop();
  });

  test('works on no more keys at once than it may', async () => {
    let active = 0;
    let most = 0;
    const done = Promise.withResolvers<void>();
    let finished = 0;
    const queue = new WorkQueue(
      async () => {
        active += 1;
        most = Math.max(most, active);
        await settle();
        active -= 1;
        finished += 1;
        if (finished === 20) done.resolve();
        return undefined;
      },
      () => undefined,
      { concurrency: 3 },
    );
    for (let index = 0; index < 20; index += 1) queue.add(`${index}`);
    expect(queue.depth).toBe(17);
    await done.promise;
    expect(most).toBe(3);
    await queue.stop();
  });

  test('tries a key that failed again until it succeeds', async () => {
    const done = Promise.withResolvers<void>();
    const failures: number[] = [];
    const queue = new WorkQueue(
      async () => {
        if (failures.length < 3) throw new Error('not yet');
        done.resolve();
        return undefined;
      },
      (_key, _error, count) => failures.push(count),
      { concurrency: 1, backoff: { firstMs: 1, longestMs: 4 } },
    );
    queue.add('a');
    await done.promise;
    expect(failures).toEqual([1, 2, 3]);
    await queue.stop();
  });

  test('a key that comes over and over is worked on so often in a second and no more, and the last time wins', async () => {
    let wanted = 0;
    let seen = 0;
    let runs = 0;
    const queue = new WorkQueue(
      async () => {
        runs += 1;
        seen = wanted;
        return undefined;
      },
      () => undefined,
      { concurrency: 1, perKeyAndSecond: 3 },
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    // As in a process that has just begun.
    vi.advanceTimersByTime(900);
    for (let ms = 0; ms < 200; ms += 10) {
      wanted += 1;
      queue.add('hot');
      await settle();
      vi.advanceTimersByTime(10);
    }
    expect(runs).toBe(3);
    vi.advanceTimersByTime(800);
    await settle();
    expect([runs, seen]).toEqual([4, wanted]);
    await queue.stop();
  });

  test('a pause that no timer can hold is not over at once', async () => {
    let runs = 0;
    const queue = new WorkQueue(
      async () => {
        runs += 1;
        return { againAfterMs: 1_000 * 24 * 3_600_000 };
      },
      () => undefined,
      { concurrency: 1 },
    );
    queue.add('a');
    for (let turn = 0; turn < 10; turn += 1) await settle();
    expect(runs).toBe(1);
    await queue.stop();
  });

  test('a key waits as long as a busy server asked for', async () => {
    let runs = 0;
    const queue = new WorkQueue(
      async () => {
        runs += 1;
        if (runs === 1) throw new KubeError(429, 'TooManyRequests', '', 1);
        return undefined;
      },
      () => undefined,
      { concurrency: 1, backoff: { firstMs: 1, longestMs: 1 } },
    );
    const began = performance.now();
    queue.add('a');
    await eventually('the second try', () => runs === 2);
    expect(performance.now() - began).toBeGreaterThanOrEqual(999);
    await queue.stop();
  });

  test('stops when the work under way is done', async () => {
    const gate = Promise.withResolvers<undefined>();
    const queue = new WorkQueue(
      () => gate.promise,
      () => undefined,
      { concurrency: 1 },
    );
    queue.add('a');
    queue.add('b');
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    await settle();
    expect(stopped).toBe(false);
    gate.resolve(undefined);
    await stopping;
    expect(queue.depth).toBe(0);
  });
});

describe('Store', () => {
  const room = (version: string, uid = 'a') => {
    const made = makeRoom();
    Object.assign(made.metadata, { resourceVersion: version, uid });
    return made;
  };

  test('takes only what is newer', () => {
    const store = new Store<ReturnType<typeof room>>();
    const versions: (string | undefined)[] = [];
    store.onChange((_key, now) => versions.push(now?.metadata.resourceVersion));
    for (const version of ['5', '9', '7', '10']) store.put(room(version));
    store.remove('default/demo', 'another');
    store.remove('default/demo', 'a');
    expect(versions).toEqual(['5', '9', '10', undefined]);
  });

  test('does not bring back what is gone', () => {
    const store = new Store<ReturnType<typeof room>>();
    store.put(room('5'));
    store.remove('default/demo', 'a');
    store.put(room('6'));
    expect(store.size).toBe(0);
    store.put(room('7', 'b'));
    expect(store.size).toBe(1);
  });

  test('what a list holds but cannot be read stays as it was', () => {
    const store = new Store<ReturnType<typeof room>>();
    store.put(room('5'));
    store.replace([], '9', ['default/demo']);
    expect(store.size).toBe(1);
  });

  test('a list removes what it lacks unless that was written since', () => {
    const store = new Store<ReturnType<typeof room>>();
    store.put(room('12'));
    store.replace([], '11');
    expect(store.size).toBe(1);
    store.replace([], '12');
    expect(store.size).toBe(0);
  });

  test('compares versions as numbers of any length', () => {
    expect(compareVersions('9', '10')).toBeLessThan(0);
    expect(compareVersions('99999999999999999999', '100000000000000000000')).toBeLessThan(0);
    expect(compareVersions('7', '7')).toBe(0);
  });
});

test('a merge patch turns one status into the other', () => {
  const value = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.integer(), fc.array(fc.string())));
  fc.assert(
    fc.property(value, value, (before, after) => {
      const patch = mergePatch(before, after) ?? {};
      const patched: Record<string, unknown> = { ...before, ...patch };
      for (const name of Object.keys(patched)) if (patched[name] === null) delete patched[name];
      expect(patched).toEqual({ ...after });
      expect(mergePatch(after, { ...after })).toBeUndefined();
    }),
  );
});

test('back-off doubles up to its limit, with a random half', () => {
  const limits = { firstMs: 100, longestMs: 1_000 };
  expect([1, 2, 3, 4, 5, 50].map(n => backoffMs(n, limits, () => 1))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ]);
  expect([1, 2, 3].map(n => backoffMs(n, limits, () => 0))).toEqual([50, 100, 200]);
});

test('conditions keep their transition time until their status changes', () => {
  const verdict = { type: 'Ready', status: 'True', reason: 'A', message: '' } as const;
  const first = toConditions([], [verdict], 1, new Date('2026-01-01T00:00:00.123Z'));
  expect(first[0]?.lastTransitionTime).toBe('2026-01-01T00:00:00Z');
  const later = new Date('2026-01-02T00:00:00Z');
  expect(toConditions(first, [{ ...verdict, reason: 'B' }], 2, later)).toMatchObject([
    { reason: 'B', lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 2 },
  ]);
  expect(toConditions(first, [{ ...verdict, status: 'False' }], 2, later)[0]?.lastTransitionTime).toBe(
    '2026-01-02T00:00:00Z',
  );
});

test('only what may pass by itself is tried again', () => {
  expect(mayRetry(new Error('socket hang up'))).toBe(true);
  expect([429, 500, 503].map(status => mayRetry(new KubeError(status, '', '')))).toEqual([true, true, true]);
  expect([400, 403, 404, 409, 422].some(status => mayRetry(new KubeError(status, '', '')))).toBe(false);
});
