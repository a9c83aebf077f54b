import type { RuleGroup } from './rule.ts';

/** What sees everything else: the canary, traces and the scrapes themselves. */
export const observingAlerts: RuleGroup = {
  name: 'parley-observing-alerts',
  rules: [
    {
      alert: 'ParleyCanaryFails',
      expr: 'max by (pool) (parley_canary_up) == 0',
      for: '3m',
      severity: 'critical',
      summary: 'The canary of the pool {{ $labels.pool }} cannot hold a call',
      description:
        'A synthetic pair of participants does not join, or hears nothing of each other. People fare alike.',
      panel: ['Overview', 'Canary'],
    },
    {
      alert: 'ParleyPodNotScraped',
      expr: 'max by (component, pod) (up{component=~"operator|signaling|sfu|turn|canary"}) == 0',
      for: '5m',
      severity: 'warning',
      summary: 'Prometheus does not reach {{ $labels.pod }}',
      description: 'The pod is there and does not answer: it hangs, or a NetworkPolicy is in the way.',
      panel: ['Overview', 'Pods that are scraped'],
    },
    {
      alert: 'ParleyTracesLost',
      expr: 'sum by (component) (rate(parley_traces_spans_total{outcome=~"dropped|failed"}[5m])) > 0',
      for: '10m',
      severity: 'warning',
      summary: 'Traces of {{ $labels.component }} do not reach their collector',
      description: '{{ $value | humanize }} spans a second are given up. Calls are not affected.',
      panel: ['Signaling', 'Traces'],
    },
  ],
};
