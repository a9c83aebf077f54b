import type { RuleGroup } from './rule.ts';

/** Relays that are gone or about to be. */
export const relayAlerts: RuleGroup = {
  name: 'parley-relay-alerts',
  rules: [
    {
      alert: 'ParleyRelayDown',
      expr: 'max by (pool, pod) (parley_turn_up) == 0',
      for: '1m',
      severity: 'critical',
      summary: 'coturn of {{ $labels.pod }} does not answer',
      description: 'People who are in calls through this relay are cut off until they find another one.',
      panel: ['TURN', 'Relays that answer'],
    },
    {
      alert: 'ParleyPoolWithoutRelay',
      expr: `max by (pool) (parley_operator_pool_pods{role="turn",state="ready"}) == 0
        and max by (pool) (parley_operator_pool_pods{role="turn",state="waiting"}) > 0`,
      for: '5m',
      severity: 'warning',
      summary: 'No relay of the pool {{ $labels.pool }} is ready',
      description: 'People in networks that block UDP cannot take part.',
      panel: ['Operator', 'Pods by state'],
    },
    {
      alert: 'ParleyRelayRestarted',
      expr: 'sum by (pool, pod) (increase(parley_turn_coturn_restarts_total[15m])) > 0',
      severity: 'warning',
      summary: 'coturn of {{ $labels.pod }} died and was started again',
      description: 'People who were in calls through it had a break of some seconds.',
      panel: ['TURN', 'Restarts of coturn'],
    },
    {
      alert: 'ParleyRelayFull',
      expr: 'sum by (pool) (rate(parley_turn_allocation_failures_total{reason=~"quota|capacity"}[5m])) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'Relays of the pool {{ $labels.pool }} turn people away',
      description:
        '{{ $value | humanize }} allocations a second are refused: by quota, or since no port is left.',
      panel: ['TURN', 'Allocations refused'],
    },
    {
      alert: 'ParleyCertificateExpires',
      expr: 'min by (pool) (parley_turn_certificate_expiry_timestamp_seconds) - time() < 14 * 86400',
      for: '1h',
      severity: 'warning',
      summary:
        'The certificate of the relays of the pool {{ $labels.pool }} ends in {{ $value | humanizeDuration }}',
      description: 'Then people in networks that let TLS alone through cannot take part.',
      panel: ['TURN', 'Days until the certificate ends'],
    },
  ],
};
