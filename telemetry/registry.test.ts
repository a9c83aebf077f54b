import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '@parley/testing';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Prometheus } from '../dashboards/prometheus/prometheus.ts';
import { Counter, createRegistry, Gauge, Histogram, Registry } from './registry.ts';
import { addOperationsRoutes } from './routes.ts';
import { exemplarOf } from './tracing/index.ts';

const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true };

/** One metric of each kind, with what is hard to write. */
function fill(registry: Registry) {
  const registers = [registry];
  new Counter({ name: 'calls_total', help: 'Calls.', labelNames: ['to'], registers }).inc(
    { to: 'a "b"\\\n' },
    3,
  );
  new Gauge({ name: 'heat', help: 'One line\nand "another".', registers }).set(Number.NEGATIVE_INFINITY);
  const seconds = new Histogram({
    name: 'wait_seconds',
    help: 'Waits.',
    labelNames: ['phase'],
    buckets: [0.5, 1],
    enableExemplars: true,
    registers,
  });
  const labels = { phase: 'sfu' };
  seconds.observe({ labels, value: 0.75, ...exemplar(true) });
  seconds.observe({ labels, value: 0.25, ...exemplar(false) });
  return registry;
}

const exemplar = (sampled: boolean) => {
  const exemplarLabels = exemplarOf({ ...trace, sampled });
  return exemplarLabels && { exemplarLabels };
};

test('both formats, as often as anybody asks', async () => {
  const registry = fill(new Registry());
  const plain = await registry.metrics();
  expect(plain).toBe(`# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{to="a \\"b\\"\\\\\\n"} 3

# HELP heat One line\\nand "another".
# TYPE heat gauge
heat -Inf

# HELP wait_seconds Waits.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.5",phase="sfu"} 1
wait_seconds_bucket{le="1",phase="sfu"} 2
wait_seconds_bucket{le="+Inf",phase="sfu"} 2
wait_seconds_sum{phase="sfu"} 1
wait_seconds_count{phase="sfu"} 2
`);
  const open = (await registry.openMetrics()).replace(/ \d+\.\d+$/gm, ' <at>');
  expect(open).toBe(`# HELP calls Calls.
# TYPE calls counter
calls_total{to="a \\"b\\"\\\\\\n"} 3
# HELP heat One line\\nand \\"another\\".
# TYPE heat gauge
heat -Inf
# HELP wait_seconds Waits.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.5",phase="sfu"} 1
wait_seconds_bucket{le="1",phase="sfu"} 2 # {trace_id="${trace.traceId}",span_id="${trace.spanId}"} 0.75 <at>
wait_seconds_bucket{le="+Inf",phase="sfu"} 2
wait_seconds_sum{phase="sfu"} 1
wait_seconds_count{phase="sfu"} 2
# EOF
`);
  expect(await registry.metrics()).toBe(plain);
});

test('Prometheus reads OpenMetrics with all that a process has, and finds the traces of exemplars', async () => {
  const registry = fill(createRegistry());
  const app = fastify();
  addOperationsRoutes(app, registry, () => ({ ready: true }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const target = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const dir = await mkdtemp(join(tmpdir(), 'parley-prometheus-'));
  try {
    await using prometheus = await Prometheus.start({
      dir,
      port: await freePort(),
      rules: 'groups: []',
      everySeconds: 1,
    });
    await prometheus.scrape([{ targets: [target], labels: {} }]);
    const one = async (query: string) => (await prometheus.query(query))[0];
    await eventually('a scrape', async () => (await one('up'))?.value === 1);
    expect(await one('calls_total')).toMatchObject({ value: 3, labels: { to: 'a "b"\\\n' } });
    expect(await one('process_cpu_seconds_total')).toBeDefined();
    expect(await one('nodejs_eventloop_lag_p99_seconds')).toBeDefined();
    const url = `${prometheus.url}/api/v1/query_exemplars?query=wait_seconds_bucket&start=0&end=${Date.now() / 1000 + 60}`;
    const Exemplars = z.object({
      data: z.array(z.object({ exemplars: z.array(z.object({ labels: z.record(z.string(), z.string()) })) })),
    });
    const found = Exemplars.parse(await (await fetch(url)).json());
    expect(found.data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id))).toContain(
      trace.traceId,
    );
  } finally {
    await app.close();
    await rm(dir, { recursive: true, force: true });
  }
});
