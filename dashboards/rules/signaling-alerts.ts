import type { RuleGroup } from './rule.ts';
import { lag } from './sfu-alerts.ts';

/** Signaling and what it tells others through. */
export const signalingAlerts: RuleGroup = {
  name: 'parley-signaling-alerts',
  rules: [
    {
      alert: 'ParleySignalingDown',
      expr: 'absent(parley_signaling_sockets)',
      for: '2m',
      severity: 'critical',
      summary: 'No signaling of Parley is seen',
      description: 'Nobody can join. Media of those who are in goes on.',
      panel: ['Signaling', 'Connections by pod'],
    },
    {
      alert: 'ParleyRedisDown',
      expr: 'min(parley_signaling_deaf) > 0 or max(parley_sfu_registered) == 0',
      for: '1m',
      severity: 'critical',
      summary: 'Nothing of Parley reaches Redis',
      description:
        'Nobody can join and nobody hears of changes. Pictures and sound of those who are in go on.',
      panel: ['Signaling', 'Pods that do not hear Redis'],
    },
    {
      alert: 'ParleySignalingDeaf',
      expr: 'max by (pod) (parley_signaling_deaf) > 0 unless on () min(parley_signaling_deaf) > 0',
      for: '2m',
      severity: 'warning',
      summary: '{{ $labels.pod }} does not hear other signaling pods through Redis',
      description: 'Others do. The pod takes nobody and hands its people over.',
      panel: ['Signaling', 'Pods that do not hear Redis'],
    },
    {
      alert: 'ParleyRedisSlow',
      // Over less than it has to last, as Redis that stood still for a moment is not slow.
      expr: 'histogram_quantile(0.99, sum by (le) (rate(parley_signaling_canary_seconds_bucket[2m]))) > 0.25',
      for: '5m',
      severity: 'warning',
      summary: 'Messages take {{ $value | humanizeDuration }} through Redis',
      description: 'Joins are slow, and people hear late of who speaks, comes and goes.',
      panel: ['Signaling', 'Way through Redis'],
    },
    lag(
      'signaling',
      ['Signaling', 'Event loop lag'],
      'Joins and all that people do take longer. More pods, or fewer people on each, help.',
    ),
    {
      alert: 'ParleySignalingFull',
      expr: 'sum(rate(parley_signaling_refused_sockets_total{reason="full"}[5m])) > 0',
      for: '2m',
      severity: 'critical',
      summary: 'Signaling turns people away, since it is full',
      description: '{{ $value | humanize }} connections a second are not taken.',
      panel: ['Signaling', 'Connections not taken'],
    },
    {
      alert: 'ParleyNotEnforced',
      expr: 'max(parley_signaling_outstanding) > 0',
      for: '10m',
      severity: 'warning',
      summary: '{{ $value }} changes of rights have not reached their SFU',
      description: 'Somebody who was muted or removed may still be heard.',
      panel: ['Signaling', 'What SFUs are still to be told'],
    },
    {
      alert: 'ParleyMovesStuck',
      expr: 'sum(increase(parley_signaling_moves_total{step="timed_out"}[15m])) > 0',
      severity: 'warning',
      summary: 'Moves of rooms do not come to an end',
      description: 'Somebody could not connect to the new SFU in time and had a break.',
      panel: ['Signaling', 'Moves of rooms'],
    },
    {
      alert: 'ParleyWebhooksLost',
      expr: 'sum(increase(parley_signaling_webhooks_total{outcome=~"dropped|overflowed"}[15m])) > 0',
      severity: 'warning',
      summary: 'A receiver of webhooks does not take them',
      description:
        '{{ $value | humanize }} were given up. Calls are not affected; what builds on webhooks is.',
      panel: ['Signaling', 'Webhooks'],
    },
  ],
};
