import type { ProducerId, RoomKey } from '@parley/protocol';
import { expect, test } from 'vitest';
import { settlePause } from './settle-pause.ts';

const [room, producer] = ['default/r' as RoomKey, 'p' as ProducerId];

/** A state, and an SFU that does what it is told when the test lets it. */
function world(paused: boolean) {
  const at = { state: paused as boolean | undefined, sfu: paused };
  const waiting: (() => void)[] = [];
  const write = (wanted: boolean) => {
    at.state = wanted;
    return settlePause({ isPaused: async () => at.state }, room, producer, wanted, said => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(() => {
        at.sfu = said;
        resolve();
      });
      return promise;
    });
  };
  return { at, waiting, write };
}

test.each([
  [0, 1],
  [1, 0],
])(
  'O3 of two who pause and resume at once, the state decides, whoever is first at the SFU (%i, %i)',
  async (first, second) => {
    const { at, waiting, write } = world(false);
    const both = Promise.all([write(true), write(false)]).then(() => true);
    waiting[first]?.();
    waiting[second]?.();
    // Whoever sees that the SFU was told something else tells it again.
    for (let next = 2, done = false; !done; ) {
      done = await Promise.race([both, new Promise<false>(resolve => setImmediate(resolve, false))]);
      for (; next < waiting.length; next++) waiting[next]?.();
    }
    expect(at).toEqual({ state: false, sfu: false });
  },
);

test('O3 of a producer that is gone, nothing more is said', async () => {
  const { at, waiting, write } = world(false);
  const settled = write(true);
  at.state = undefined;
  waiting[0]?.();
  await settled;
  expect(waiting).toHaveLength(1);
});
