import { join } from 'node:path';
import {
  boards,
  hastened,
  isAlert,
  isFigure,
  Prometheus,
  panelsOf,
  ruleGroups,
  rulesYaml,
} from '@parley/dashboards';
import { startProcess } from '@parley/local';
import { eventually, freePort } from '@parley/testing';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';

const { stack, kube, makeRoom, join: enter } = useFixture();

/** What Grafana would put in the place of its variables. */
const filled = (expr: string) => expr.replaceAll('$__rate_interval', '2m').replaceAll('$pool', '.*');

/** The canary of the pool, whose rounds here take seconds, as a pod that is scraped. */
async function startCanary(room: string) {
  const port = await freePort();
  const running = await startProcess({
    command: [process.execPath, join(import.meta.dirname, '../canary/main.ts')],
    env: {
      CANARY_URL: stack.webUrl,
      CANARY_ROOM: `default/${room}`,
      CANARY_PERIOD_SECONDS: '2',
      CANARY_MEDIA_SECONDS: '1',
      LISTEN_HOST: '127.0.0.1',
      PORT: `${port}`,
    },
    cwd: stack.dir,
    logFile: join(stack.dir, 'canary.log'),
  });
  const labels = { namespace: 'parley-system', pod: 'canary', component: 'canary', pool: 'default' };
  return {
    target: { targets: [`127.0.0.1:${port}`], labels },
    async [Symbol.asyncDispose]() {
      running.killGroup();
      await running.exited;
    },
  };
}

/** The panels and recording rules that Prometheus has no figure for. What is quiet by itself only has to be asked well. */
async function empty(prometheus: Prometheus): Promise<string[]> {
  const nothing: string[] = [];
  for (const board of boards) {
    for (const panel of panelsOf(board).filter(isFigure)) {
      for (const { expr, legend } of panel.queries) {
        const found = await prometheus.query(filled(expr));
        const hasFigures = found.some(({ value }) => !Number.isNaN(value));
        if (!hasFigures && panel.quiet === undefined)
          nothing.push(`${board.title} / ${panel.title} / ${legend}`);
      }
    }
  }
  for (const rule of ruleGroups.flatMap(({ rules }) => rules)) {
    if (!isAlert(rule) && (await prometheus.query(rule.record)).length === 0) nothing.push(rule.record);
  }
  return [...new Set(nothing)];
}

it('during a call no panel of any dashboard is empty, and no recording rule', async () => {
  const rooms = ['measured', 'canary'] as const;
  await using canary = await startCanary(rooms[1]);
  await using prometheus = await Prometheus.start({
    dir: join(stack.dir, 'prometheus'),
    port: await freePort(),
    rules: rulesYaml(hastened(ruleGroups)),
    everySeconds: 1,
  });
  const targets = [...stack.prometheusTargets, canary.target];
  await prometheus.scrape(targets);
  await eventually('a first look at every pod', async () => {
    const up = await prometheus.query('up == 1');
    return up.length === targets.length;
  });
  // What counts is a rise after the first look.
  await Promise.all(rooms.map(room => makeRoom(room, { topology: 'SFU' })));
  const people = await enter(rooms[0], ['Ada', 'Grace']);
  await Promise.all(people.map(person => person.seesAndHears(1)));

  const [, grace] = people;
  let last = ['Nothing was asked.'];
  await eventually(
    'figures of everything',
    async () => {
      last = await empty(prometheus);
      // A series that begins with a join shows no rise before the next one.
      if (last.some(name => /join/i.test(name))) {
        await grace.page.reload();
        await grace.seesAndHears(1);
      }
      return last.length === 0;
    },
    120_000,
  ).catch(() => undefined);
  expect(last).toEqual([]);
  await Promise.all(people.map(person => person.close()));
  await kube('delete', 'room', ...rooms);
}, 300_000);
