import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@parley/testing';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../log.ts';
import { Registry } from '../registry.ts';
import { type Answer, startCollector, treeOf } from '../testing/index.ts';
import { activeTrace, annotate, inSpan } from './scope.ts';
import { toTracing, tracingEnv } from './settings.ts';
import { createTraceId, parseTraceparent } from './traceparent.ts';
import { Tracing } from './tracing.ts';

const settingsOf = (env: Record<string, string>) => toTracing(z.object(tracingEnv).parse(env));
const silent = () => {
  const log = createLogger('test');
  log.level = 'silent';
  return log;
};

/** Tracing to a collector, and what it counted. */
async function start(env: Record<string, string> = {}, answer: Answer = 'take') {
  const collector = await startCollector(answer);
  const registry = new Registry();
  const settings = settingsOf({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '1',
    ...env,
  });
  const tracing = new Tracing(settings, 'test', registry, silent());
  onTestFinished(async () => {
    await collector[Symbol.asyncDispose]();
    await tracing.close();
  });
  await tracing.start();
  const counts = async () => {
    const [metric] = await registry.getMetricsAsJSON();
    return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels.outcome, value]));
  };
  return { collector, tracing, counts };
}

test('steps are the children of what they are part of, also those that go on beside each other', async () => {
  const { collector, tracing } = await start();
  await tracing.serve({ name: 'whole' }, async () => {
    await Promise.all([
      inSpan('left', () => inSpan('leaf', () => sleep(1))),
      inSpan('right', async () => annotate({ 'parley.room': 'default/a' })),
    ]);
  });
  await eventually('the spans', () => collector.spans.length === 4);
  expect(treeOf(collector.spans)).toEqual(['test whole', '  test left', '    test leaf', '  test right']);
  const right = collector.spans.find(({ name }) => name === 'right');
  expect(right?.attributes).toEqual({ 'parley.room': 'default/a' });
});

test('an error is named and not quoted, and is a failure unless it is a refusal', async () => {
  const { collector, tracing } = await start();
  const refusal = Object.assign(new Error('Ada is not let in'), { code: 'forbidden', status: 403 });
  for (const error of [refusal, new TypeError('of Ada')]) {
    await expect(tracing.serve({ name: 'fails' }, () => Promise.reject(error))).rejects.toBe(error);
  }
  await eventually('the spans', () => collector.spans.length === 2);
  expect(collector.spans.map(({ attributes, failed }) => [attributes['error.type'], failed])).toEqual([
    ['forbidden', false],
    ['TypeError', true],
  ]);
  expect(JSON.stringify(collector.spans)).not.toContain('Ada');
});

test('what was begun in a piece of work and goes on after it is no part of it', async () => {
  const { collector, tracing } = await start();
  const later = Promise.withResolvers<void>();
  let seen: unknown = 'nothing yet';
  await tracing.serve({ name: 'whole' }, () => {
    setTimeout(async () => {
      seen = activeTrace();
      await inSpan('afterwards', async () => {});
      later.resolve();
    }, 5);
  });
  await later.promise;
  expect(seen).toBeUndefined();
  await tracing.close();
  expect(collector.spans.map(({ name }) => name)).toEqual(['whole']);
});

test('every process decides by the id of a trace alike whether it is recorded, and by no word of strangers', async () => {
  const [one, other] = [
    await start({ OTEL_TRACES_SAMPLER_ARG: '0.25' }),
    await start({ OTEL_TRACES_SAMPLER_ARG: '0.25' }),
  ];
  const headers = Array.from({ length: 400 }, (_, at) => {
    return `00-${createTraceId()}-00f067aa0ba902b7-0${at % 2}`;
  });
  const decided = (tracing: Tracing) => headers.map(header => tracing.accept(header).sampled);
  expect(decided(one.tracing)).toEqual(decided(other.tracing));
  const share = decided(one.tracing).filter(Boolean).length / headers.length;
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.4);
  expect(headers.map(header => one.tracing.trust(header))).toEqual(headers.map(parseTraceparent));
});

test('a trace of its own that is not recorded adds nothing to the one that it has to do with', async () => {
  const { tracing } = await start({ OTEL_TRACES_SAMPLER_ARG: '0' });
  const link = { traceId: createTraceId(), spanId: '00f067aa0ba902b7', sampled: true };
  const trace = (quiet: boolean) => tracing.serve({ name: 'later', link, quiet }, activeTrace);
  expect(await trace(false)).toEqual({ ...link, sampled: false });
  expect(await trace(true)).toEqual(link);
});

test('without a collector, traces are carried on and nothing is recorded', async () => {
  const registry = new Registry();
  const tracing = new Tracing(settingsOf({}), 'test', registry, silent());
  await tracing.start();
  const trace = tracing.accept(`00-${'a'.repeat(32)}-00f067aa0ba902b7-01`);
  expect(trace).toMatchObject({ traceId: 'a'.repeat(32), sampled: false });
  const seen = await tracing.serve({ name: 'whole', parent: trace }, () =>
    inSpan('step', async () => activeTrace()),
  );
  expect(seen).toEqual(trace);
  expect(await registry.metrics()).toContain('parley_traces_spans_total{outcome="exported"} 0\n');
  await tracing.close();
});

const many = 100;
const wave = (tracing: Tracing) =>
  Promise.all(Array.from({ length: many }, () => tracing.serve({ name: 'whole' }, async () => 'done')));

test('where the collector does not answer, so many spans wait and all others are dropped and counted', async () => {
  const { tracing, counts } = await start(
    { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_EXPORTER_OTLP_TIMEOUT: '30000' },
    () => {},
  );
  expect(await wave(tracing)).toHaveLength(many);
  // One batch is on its way, and another waits.
  const dropped = (await counts()).dropped ?? 0;
  expect(dropped).toBeGreaterThanOrEqual(many - 2 * 10);
  await wave(tracing);
  expect((await counts()).dropped).toBeGreaterThanOrEqual(dropped + many - 10);
});

test('what a collector refuses is counted as failed, and what it takes again as exported', async () => {
  const { collector, tracing, counts } = await start({}, (_, response) => response.writeHead(400).end());
  await wave(tracing);
  await eventually('failures', async () => (await counts()).failed === many);
  collector.answer = 'take';
  await wave(tracing);
  await eventually('successes', async () => (await counts()).exported === many);
  expect(collector.spans).toHaveLength(many);
});

test('a collector that is not there is waited for neither at work nor at the end', async () => {
  const { collector, tracing, counts } = await start({ OTEL_EXPORTER_OTLP_TIMEOUT: '100' });
  await collector[Symbol.asyncDispose]();
  await wave(tracing);
  await eventually('failures', async () => (await counts()).failed === many);
  await wave(tracing);
  await tracing.close();
  expect(await tracing.serve({ name: 'whole' }, () => 'done')).toBe('done');
});

test('the end sends what is left', async () => {
  const { collector, tracing } = await start({ OTEL_BSP_SCHEDULE_DELAY: '30000' });
  await wave(tracing);
  expect(collector.spans).toHaveLength(0);
  await tracing.close();
  expect(collector.spans).toHaveLength(many);
});

test.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://collector' },
  { OTEL_TRACES_SAMPLER_ARG: '2' },
  { OTEL_BSP_MAX_QUEUE_SIZE: '1000000' },
])('settings that make no sense are refused: %j', env => {
  expect(z.object(tracingEnv).safeParse(env).success).toBe(false);
});

test('an empty endpoint is none', () => {
  expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }).endpoint).toBeUndefined();
  expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }).endpoint).toBe('http://c:4318');
});
