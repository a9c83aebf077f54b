import { expect, test } from 'vitest';
import { BusyHistogram } from './busy-histogram.ts';
import { Histogram, Registry } from './registry.ts';

const of = {
  name: 'wait_seconds',
  help: 'Waits.',
  labelNames: ['pool', 'kind'] as ('pool' | 'kind')[],
  buckets: [0.1, 0.5, 1],
};
const values = [0, 0.1, 0.100001, 0.5, 0.75, 1, 3, 250];
const exemplar = { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7' };

function busy() {
  const registry = new Registry();
  return { registry, histogram: new BusyHistogram({ ...of, registers: [registry] }) };
}

/** Instants of exemplars are those of the test. */
const timeless = (text: string) => text.replaceAll(/ \d{10}\.\d+$/gm, ' <now>');

test("it says what prom-client's own says of the same observations", async () => {
  const usual = new Registry();
  const histogram = new Histogram<string>({ ...of, enableExemplars: true, registers: [usual] });
  const { registry, histogram: ours } = busy();
  for (const kind of ['audio', 'video']) {
    const labels = { pool: 'europe', kind };
    for (const [at, value] of values.entries()) {
      const exemplarLabels = at % 3 === 0 ? exemplar : undefined;
      histogram.observe({ labels, value, ...(exemplarLabels && { exemplarLabels }) });
      ours.series(labels).observe(value, exemplarLabels);
    }
  }
  expect(await registry.metrics()).toBe(await usual.metrics());
  const text = timeless(await registry.openMetrics());
  expect(text).toBe(timeless(await usual.openMetrics()));
  expect(text).toContain('wait_seconds_bucket{le="+Inf",pool="europe",kind="audio"} 8 # {trace_id=');
});

test('a series is written from its first observation until it is removed', async () => {
  const { registry, histogram } = busy();
  const labels = { pool: 'europe', kind: 'audio' };
  const bare = await registry.metrics();
  histogram.series(labels);
  expect(await registry.metrics()).toBe(bare);
  histogram.series(labels).observe(0.2);
  histogram.series({ ...labels, kind: 'video' }).observe(0.2);
  histogram.remove({ kind: 'audio', pool: 'europe' });
  expect((await registry.metrics()).match(/_count.*/g)).toEqual(['_count{pool="europe",kind="video"} 1']);
  histogram.reset();
  expect(await registry.metrics()).toBe(bare);
});

test('what is no number, or does not name its series, is refused', async () => {
  const { registry, histogram } = busy();
  const bare = await registry.metrics();
  const series = histogram.series({ pool: 'europe', kind: 'audio' });
  expect(() => series.observe(Number.NaN)).toThrow(TypeError);
  expect(() => series.observe(Number.POSITIVE_INFINITY)).toThrow(TypeError);
  expect(() => histogram.observe(1)).toThrow(TypeError);
  expect(await registry.metrics()).toBe(bare);
});
