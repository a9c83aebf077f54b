import type { MediaPool } from '@parley/resources';
import { expect, test } from 'vitest';
import { labels, type Pod } from '../kinds.ts';
import { Store } from '../runtime/index.ts';
import { makePod } from '../test/make.ts';
import { Fleet } from './fleet.ts';

test('a pod that somebody labels anew leaves the one pool for the other', () => {
  const [pools, pods] = [new Store<MediaPool>(), new Store<Pod>()];
  const fleet = new Fleet({
    pools,
    pods,
    registrations: { get: () => undefined },
    onChange: () => undefined,
  });
  const names = () => ['default', 'other'].map(pool => fleet.podsOf(pool).map(pod => pod.metadata.name));
  pods.put(makePod('a'));
  expect(names()).toEqual([['a'], []]);
  const moved = makePod('a', { labels: { [labels.pool]: 'other' } });
  pods.put(moved);
  expect(names()).toEqual([[], ['a']]);
  pods.remove('parley-system/a', moved.metadata.uid);
  expect(names()).toEqual([[], []]);
});
