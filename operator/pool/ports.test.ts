import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePod } from '../test/make.ts';
import { allocatePorts, usedHostPorts } from './ports.ts';

test('ports of pods that are about to go are still in use', () => {
  const pods = [
    makePod('a', { hostPorts: [4000, 4001] }),
    makePod('b', { hostPorts: [4002], terminating: true }),
  ];
  expect([...usedHostPorts(pods)]).toEqual([4000, 4001, 4002]);
});

test('allocation gives the lowest free ports or none', () => {
  const range = { from: 4000, to: 4004 };
  expect(allocatePorts(range, new Set([4000, 4002]), 2)).toEqual([4001, 4003]);
  expect(allocatePorts(range, new Set([4000, 4002]), 4)).toBeUndefined();
  expect(allocatePorts({ from: 4000, to: 4000 }, new Set(), 1)).toEqual([4000]);
});

test('allocation never collides and uses the whole range', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 8 }), (size, workers) => {
      const range = { from: 40_000, to: 40_000 + size - 1 };
      const used = new Set<number>();
      let pods = 0;
      for (;;) {
        const ports = allocatePorts(range, used, workers);
        if (!ports) break;
        pods += 1;
        for (const port of ports) {
          expect(used.has(port) || port < range.from || port > range.to).toBe(false);
          used.add(port);
        }
      }
      expect(pods).toBe(Math.floor(size / workers));
    }),
  );
});
