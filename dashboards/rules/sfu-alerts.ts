import type { RuleGroup } from './rule.ts';

const lag = (component: string, panel: readonly [string, string], means: string) =>
  ({
    alert: `Parley${component[0]?.toUpperCase()}${component.slice(1)}Lags`,
    expr: `max by (pod) (nodejs_eventloop_lag_p99_seconds{component="${component}"}) > 0.25`,
    for: '5m',
    severity: 'warning',
    summary: `{{ $labels.pod }} is late by {{ $value | humanizeDuration }}`,
    description: means,
    panel,
  }) as const;

/** SFUs that are gone, cut off or full. */
export const sfuAlerts: RuleGroup = {
  name: 'parley-sfu-alerts',
  rules: [
    {
      alert: 'ParleyPoolWithoutSfu',
      expr: `max by (pool) (parley_operator_pool_pods{role="sfu",state="ready"}) == 0
        and max by (pool) (parley_operator_pool_pods{role="sfu",state="waiting"}) > 0`,
      for: '3m',
      severity: 'critical',
      summary: 'No media server of the pool {{ $labels.pool }} is ready',
      description: 'Rooms of the pool cannot be joined. Pods are there but not ready.',
      panel: ['Operator', 'Pods by state'],
    },
    {
      alert: 'ParleySfuRestarted',
      expr: 'sum by (pool, pod) (changes(process_start_time_seconds{component="sfu"}[15m])) > 0',
      severity: 'warning',
      summary: 'The SFU {{ $labels.pod }} ended and was started again',
      description: 'Its rooms had a break of some seconds, until they were placed anew.',
      panel: ['SFU fleet', 'Restarts'],
    },
    {
      alert: 'ParleyMediaWorkerDied',
      expr: 'sum by (pod) (increase(parley_sfu_worker_deaths_total[15m])) > 0',
      severity: 'warning',
      summary: 'A media worker of {{ $labels.pod }} died',
      description:
        'Its rooms had a short break. Workers that die again and again need a look at the log of the pod.',
      panel: ['SFU fleet', 'Workers that died'],
    },
    {
      alert: 'ParleySfuUnregistered',
      expr: `max by (pool, pod) (parley_sfu_registered) == 0
        unless max by (pool, pod) (parley_sfu_draining) > 0
        unless on () max(parley_sfu_registered) == 0`,
      for: '2m',
      severity: 'warning',
      summary: 'The SFU {{ $labels.pod }} is not registered in Redis, others are',
      description: 'It gets no rooms, and those that it had were placed elsewhere.',
      panel: ['SFU fleet', 'Registered in Redis'],
    },
    {
      alert: 'ParleySfusCutOff',
      expr: 'max by (pool, pod) (parley_sfu_peers_cut_off) > 0',
      for: '2m',
      severity: 'warning',
      summary: '{{ $labels.pod }} does not reach {{ $value }} other SFUs',
      description: 'People of rooms on several SFUs do not see and hear those on the other side.',
      panel: ['SFU fleet', 'SFUs cut off from others'],
    },
    {
      alert: 'ParleySfuFull',
      expr: 'avg by (pool) (parley_sfu_used_ratio) > 0.9',
      for: '10m',
      severity: 'warning',
      summary: 'SFUs of the pool {{ $labels.pool }} are full by {{ $value | humanizePercentage }}',
      description: 'Rooms that grow find no worker with space, and sound and pictures get worse.',
      panel: ['SFU fleet', 'Used by pod'],
    },
    {
      alert: 'ParleyWorkerBusy',
      expr: 'max by (pool, pod) (rate(parley_sfu_worker_cpu_seconds_total[5m])) > 0.85',
      for: '5m',
      severity: 'warning',
      summary: 'A media worker of {{ $labels.pod }} uses {{ $value | humanizePercentage }} of a core',
      description: 'Above that packets wait, then get lost: everybody on this worker is affected.',
      panel: ['SFU fleet', 'CPU of workers'],
    },
    lag(
      'sfu',
      ['SFU fleet', 'Event loop lag'],
      'Joins and changes of who watches what take longer. Media that flows is not affected.',
    ),
    {
      alert: 'ParleySfuCallsFail',
      expr: `sum(rate(parley_signaling_sfu_call_seconds_count{outcome=~"unavailable|internal|busy"}[5m]))
        > 0.05 * sum(rate(parley_signaling_sfu_call_seconds_count[5m]))`,
      for: '5m',
      severity: 'warning',
      summary: 'SFUs do not answer signaling',
      description: '{{ $value | humanize }} calls a second fail: people cannot join, publish or watch.',
      panel: ['Signaling', 'Calls of SFUs by outcome'],
    },
  ],
};

export { lag };
