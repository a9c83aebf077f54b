import { Counter, Histogram, Registry } from '@parley/telemetry';
import { expect, test } from 'vitest';
import { PoolLabels } from './pool-labels.ts';

const hourMs = 3_600_000;

test('of more pools than 64 the rest are others', () => {
  const pools = new PoolLabels([]);
  const labels = Array.from({ length: 70 }, (_, i) => pools.of(`pool-${i}`));
  expect(labels.slice(0, 64)).toEqual(Array.from({ length: 64 }, (_, i) => `pool-${i}`));
  expect(new Set(labels.slice(64))).toEqual(new Set(['other']));
  expect(pools.of('pool-7')).toBe('pool-7');
});

test('the series of a pool go when nothing was seen of it for an hour, and make room for another', async () => {
  const registers = [new Registry()];
  const names = ['pool', 'kind'];
  const counter = new Counter({ name: 'seen_total', help: '-', labelNames: names, registers });
  const histogram = new Histogram({ name: 'took_seconds', help: '-', labelNames: names, registers });
  const pools = new PoolLabels([counter, histogram]);
  for (const [pool, at] of [
    ['old', 0],
    ['new', hourMs / 2],
  ] as const) {
    for (const kind of ['audio', 'video']) {
      const labels = { pool: pools.of(pool, at), kind };
      counter.inc(labels);
      histogram.observe(labels, 1);
    }
  }
  const text = async () => (await registers[0]?.metrics()) ?? '';
  await pools.prune(hourMs);
  expect(await text()).toContain('pool="old"');
  await pools.prune(hourMs + 1);
  expect(await text()).not.toContain('pool="old"');
  expect((await text()).match(/took_seconds_count\{pool="new"/g)).toHaveLength(2);
  expect(await text()).toContain('seen_total{pool="new",kind="video"} 1');
});
