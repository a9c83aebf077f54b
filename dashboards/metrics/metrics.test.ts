import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { locateTool } from '@parley/setup';
import { describe, expect, it } from 'vitest';
import { unitOf } from './metric.ts';
import { ownMetrics, processes, usualMetrics } from './processes.ts';

/** Who and where somebody is, which no label says. */
const personal = /room|participant|user|person|identity|session|name|address|\bip\b|uid/;
/** Everybody gives the rate of media and of networks in bits, though Prometheus would rather have bytes. */
const rateOfBits = /_bits_per_second use base unit "bytes"/;
/** Names of what is not counted have a unit, unless they are a number of things. */
const oddUnits =
  /_(ms|milliseconds|micros|microseconds|kb|mb|kilobytes|megabytes|percent|bps|minutes|hours)(_|$)/;

describe.each(processes())('$name', process => {
  const own = ownMetrics(process);

  it('has the usual figures of a process: of its memory, processor and event loop', () => {
    const names = process.registry.getMetricsAsArray().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(usualMetrics().map(({ name }) => name)));
    expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it.each(own)('$name is named and explained as Prometheus asks for', ({ name, type, help, labelNames }) => {
    expect(name).toMatch(/^parley_[a-z]+(_[a-z0-9]+)*$/);
    expect(name).not.toMatch(oddUnits);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    // What is spread over buckets is measured in something.
    if (type === 'histogram') expect(unitOf({ name })).not.toBe('');
    expect(help).toMatch(/^[A-Z0-9].{9,}\.$/);
    for (const label of labelNames) expect(label).toMatch(/^[a-z]+(_[a-z]+)*$/);
    // A request has a name, which is none of a person.
    const unusual = labelNames.filter(label => !(label === 'name' && name.includes('_requests')));
    expect(unusual.filter(label => personal.test(label))).toEqual([]);
  });

  it('says what promtool understands and finds no fault with', async () => {
    // Some of the usual names are not as Prometheus asks for; they are prom-client's.
    for (const { name } of usualMetrics()) process.registry.removeSingleMetric(name);
    const promtool = spawn(locateTool('promtool'), ['check', 'metrics'], { stdio: 'pipe' });
    promtool.stdin.end(await process.registry.metrics());
    const [said, complaints] = await Promise.all([text(promtool.stdout), text(promtool.stderr)]);
    const faults = (said + complaints).split('\n').filter(line => line !== '' && !rateOfBits.test(line));
    expect(faults).toEqual([]);
  });
});

it('no two processes give one name to different things', () => {
  const known = new Map<string, string>();
  for (const metric of processes().flatMap(ownMetrics)) {
    const { name, ...what } = metric;
    const before = known.get(name);
    if (before !== undefined) expect(JSON.stringify(what), name).toBe(before);
    known.set(name, JSON.stringify(what));
  }
});
