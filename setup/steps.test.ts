import { describe, expect, it } from 'vitest';
import { dueSteps, type Job, steps } from './steps.ts';
import { type ToolName, toolNames } from './tools.ts';

const due = (job: Job, there: readonly ToolName[]) =>
  dueSteps(steps, job, tool => there.includes(tool)).map(({ step, missing }) => [step.name, missing]);

describe('steps', () => {
  it('bring every tool', () => {
    expect(new Set(steps.flatMap(step => step.brings))).toEqual(new Set(toolNames));
  });

  it('have nothing to do where everything is there', () => {
    expect(due('test', toolNames)).toEqual([]);
  });

  it('get the browser for test and smoke alone', () => {
    const others = toolNames.filter(name => name !== 'chromium');
    expect(due('start', others)).toEqual([]);
    expect(due('test', others)).toEqual([['Chromium', ['chromium']]]);
    expect(due('smoke', others)).toEqual([['Chromium', ['chromium']]]);
  });

  it('spare benchmarks what they do not run', () => {
    const others = toolNames.filter(name => name !== 'chromium');
    expect(due('bench', others)).toEqual([]);
  });

  it('get what makes networks for the tests alone', () => {
    const others = toolNames.filter(name => name !== 'ip' && name !== 'nft');
    for (const job of ['start', 'smoke', 'bench'] as const) expect(due(job, others)).toEqual([]);
    expect(due('test', others)).toEqual([['iproute2 and nftables', ['ip', 'nft']]]);
  });

  it('get Prometheus for the tests alone', () => {
    const others = toolNames.filter(name => name !== 'prometheus' && name !== 'promtool');
    for (const job of ['start', 'smoke', 'bench'] as const) expect(due(job, others)).toEqual([]);
    expect(due('test', others)).toEqual([['Prometheus', ['prometheus', 'promtool']]]);
  });

  it('name only the programs that are missing', () => {
    expect(due('start', ['kubectl', 'redisServer', 'mediasoupWorker', 'helm'])).toEqual([
      ['Redis and coturn', ['turnserver']],
      ['Kubernetes', ['kubeApiserver', 'etcd']],
    ]);
  });
});
