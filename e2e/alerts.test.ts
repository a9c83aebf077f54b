import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hastened, Prometheus, ruleGroups, rulesYaml } from '@parley/dashboards';
import { readLocalJson } from '@parley/local';
import { eventually, freePort } from '@parley/testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { kubectl } from './kubectl.ts';

/**
 * Faults on purpose, judged by a real Prometheus with the chart's rules, where what has to hold for a minute has to hold for a second (the
 * times that rules look back are as they are): exactly the alerts fire that the runbooks describe.
 */
const stack = inject('stack');
const kube = kubectl(stack.kubeconfig);
const run = promisify(execFile);
const patienceMs = 60_000;

let prometheus: Prometheus;
let following: NodeJS.Timeout;
/** What fires for 15 minutes after it is over. */
const lasting: string[] = [];

beforeAll(async () => {
  prometheus = await Prometheus.start({
    dir: join(stack.dir, 'alerts'),
    port: await freePort(),
    rules: rulesYaml(hastened(ruleGroups)),
    everySeconds: 1,
  });
  const follow = async () => {
    const now = await readLocalJson(join(stack.dir, 'local.json'));
    if (now) await prometheus.scrape(now.prometheusTargets);
  };
  await follow();
  following = setInterval(() => void follow(), 500);
  await eventually('figures of all pods', async () => {
    const up = await prometheus.query('up == 1');
    return up.length === stack.prometheusTargets.length;
  });
});
afterAll(async () => {
  clearInterval(following);
  await prometheus?.stop();
});

/** Waits until these fire and no others, as often as Prometheus judges in three seconds. */
async function firing(...expected: string[]): Promise<void> {
  const wanted = [...expected, ...lasting].sort().join(' ');
  let last = '';
  let times = 0;
  let at = 0;
  await eventually(
    `${wanted || 'no alert'} to fire`,
    async () => {
      const [judged] = await prometheus.query('max(timestamp(parley:slo_objective:ratio))');
      if (judged === undefined || judged.value === at) return false;
      at = judged.value;
      last = (await prometheus.firing()).join(' ');
      times = last === wanted ? times + 1 : 0;
      return times >= 3;
    },
    patienceMs,
  ).catch(() => undefined);
  expect(last).toBe(wanted);
}

/** The process of a pod's first container, by the pod's labels. */
async function processOf(component: string): Promise<number> {
  const labels = `app.kubernetes.io/component=${component}`;
  const id = await kube(
    ...['get', 'pods', '-n', 'parley-system', '-l', labels, '-o'],
    'jsonpath={.items[0].status.containerStatuses[0].containerID}',
  );
  return Number(/:\/\/(\d+)/.exec(id)?.[1]);
}

/** The process that another one started, by the beginning of its program's name. */
async function childOf(pid: number, program: string): Promise<number> {
  const { stdout } = await run('ps', ['--ppid', `${pid}`, '-o', 'pid=,comm=']);
  const line = stdout.split('\n').find(each => each.trim().split(/\s+/)[1]?.startsWith(program));
  if (line === undefined) throw new Error(`Process ${pid} has no ${program}.`);
  return Number.parseInt(line, 10);
}

it('nothing fires while all is well', () => firing());

it('coturn answers nobody: the relay is down, and with it the only one of the pool', async () => {
  const coturn = await childOf(await processOf('turn'), 'turnserver');
  process.kill(coturn, 'SIGSTOP');
  try {
    await firing('ParleyRelayDown', 'ParleyPoolWithoutRelay');
  } finally {
    process.kill(coturn, 'SIGCONT');
  }
  await firing();
}, 150_000);

it('a media worker is killed', async () => {
  process.kill(await childOf(await processOf('sfu'), 'mediasoup'), 'SIGKILL');
  lasting.push('ParleyMediaWorkerDied');
  await firing();
}, 90_000);

it('an SFU is killed', async () => {
  process.kill(await processOf('sfu'), 'SIGKILL');
  lasting.push('ParleySfuRestarted');
  await firing();
}, 90_000);

it('Redis answers nobody', async () => {
  const redis = await processOf('redis');
  process.kill(redis, 'SIGSTOP');
  try {
    await firing('ParleyRedisDown');
  } finally {
    process.kill(redis, 'SIGCONT');
  }
  // How slow Redis was is in the figures of the next minutes.
  await eventually('Redis to be back', async () => !(await prometheus.firing()).includes('ParleyRedisDown'));
}, 150_000);
