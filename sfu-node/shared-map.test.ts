import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Shareable, SharedMap } from './shared-map.ts';

class Thing implements Shareable {
  closes = 0;
  close() {
    this.closes++;
  }
  isClosed() {
    return this.closes > 0;
  }
}

it('makes a thing once for all who ask for it, and closes it after its last use', async () => {
  const map = new SharedMap<string, Thing>();
  let made = 0;
  const make = async () => {
    made++;
    return new Thing();
  };
  const [one, other] = await Promise.all([map.use('a', make), map.use('a', make)]);
  expect(made).toBe(1);
  one.release();
  one.release();
  expect(one.value.closes).toBe(0);
  other.release();
  expect(one.value.closes).toBe(1);
  expect(map.size).toBe(0);
  expect((await map.use('a', make)).value).not.toBe(one.value);
});

it('makes another in place of one that closed by itself, which its users then let go', async () => {
  const map = new SharedMap<string, Thing>();
  const make = async () => new Thing();
  const old = await map.use('a', make);
  old.value.close();
  const next = await map.use('a', make);
  expect(next.value).not.toBe(old.value);
  old.release();
  expect(next.value.closes).toBe(0);
  expect(map.size).toBe(1);
  next.release();
  expect(map.size).toBe(0);
});

it('forgets what could not be made', async () => {
  const map = new SharedMap<string, Thing>();
  const failing = () => Promise.reject(new Error('no'));
  const both = await Promise.allSettled([map.use('a', failing), map.use('a', failing)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(map.size).toBe(0);
  await expect(map.use('a', async () => new Thing())).resolves.toBeDefined();
});

it('keeps exactly the things that are used, however uses begin, end and break off', async () => {
  const step = fc.record({
    what: fc.constantFrom('use', 'release', 'break'),
    key: fc.constantFrom('a', 'b'),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 30 }), async (s, steps) => {
      const map = new SharedMap<string, Thing>();
      const things: Thing[] = [];
      const leases: { value: Thing; release(): void }[] = [];
      const asked: Promise<unknown>[] = [];
      for (const { what, key, fails } of steps) {
        if (what === 'release') leases.pop()?.release();
        if (what === 'break') leases.at(-1)?.value.close();
        if (what === 'use') {
          const make = async () => {
            await s.schedule(Promise.resolve());
            if (fails) throw new Error('no');
            const thing = new Thing();
            things.push(thing);
            return thing;
          };
          asked.push(
            map
              .use(key, make)
              .then(lease => leases.push(lease))
              .catch(() => {}),
          );
          if (s.count() > 1) await s.waitOne();
        }
      }
      await s.waitFor(Promise.all(asked));
      const open = things.filter(thing => !thing.isClosed());
      expect(new Set(leases.map(({ value }) => value).filter(value => !value.isClosed()))).toEqual(
        new Set(open),
      );
      expect(open.length).toBeLessThanOrEqual(2);
      for (const lease of leases) lease.release();
      expect(things.every(thing => thing.isClosed())).toBe(true);
      expect(map.size).toBe(0);
    }),
  );
});
