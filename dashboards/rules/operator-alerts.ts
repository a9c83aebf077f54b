import type { RuleGroup } from './rule.ts';

/** The operator, and rooms that it finds no place for. */
export const operatorAlerts: RuleGroup = {
  name: 'parley-operator-alerts',
  rules: [
    {
      alert: 'ParleyOperatorDown',
      expr: 'absent(parley_operator_leader)',
      for: '5m',
      severity: 'critical',
      summary: 'No operator of Parley is seen',
      description: 'No Room gets its media server any more and no lost pod is replaced. Calls go on.',
      panel: ['Operator', 'Operators that lead'],
    },
    {
      alert: 'ParleyNoLeader',
      expr: 'sum(parley_operator_leader) == 0',
      for: '2m',
      severity: 'critical',
      summary: 'No operator of Parley leads',
      description:
        'Operators run, yet none holds the Lease. No Room gets its media server any more. Calls go on.',
      panel: ['Operator', 'Operators that lead'],
    },
    {
      alert: 'ParleyOperatorWatchSilent',
      expr: 'max by (resource) (parley_operator_watch_silence_seconds) > 300',
      for: '5m',
      severity: 'warning',
      summary: 'The API server says nothing about {{ $labels.resource }}',
      description:
        'The operator has heard nothing for {{ $value | humanizeDuration }} and may act on what is no longer so.',
      panel: ['Operator', 'Silence of the API server'],
    },
    {
      alert: 'ParleyOperatorErrors',
      expr: 'sum by (controller) (rate(parley_operator_reconcile_errors_total[5m])) > 0.1',
      for: '15m',
      severity: 'warning',
      summary: 'The operator fails again and again ({{ $labels.controller }})',
      description: '{{ $value | humanize }} attempts fail each second.',
      panel: ['Operator', 'Reconciliations that fail'],
    },
    {
      alert: 'ParleyOperatorBehind',
      expr: 'max by (controller) (parley_operator_queue_depth) > 100',
      for: '5m',
      severity: 'warning',
      summary: '{{ $value }} objects wait for the operator ({{ $labels.controller }})',
      description: 'New Rooms and lost pods wait longer than they should.',
      panel: ['Operator', 'Objects that wait'],
    },
    {
      alert: 'ParleyApiServerFails',
      expr: `sum(rate(parley_operator_api_requests_total{code=~"5..|429|none"}[5m]))
        > 0.1 * sum(rate(parley_operator_api_requests_total[5m]))`,
      for: '5m',
      severity: 'warning',
      summary: 'The Kubernetes API server does not answer the operator',
      description: '{{ $value | humanize }} requests fail each second. New Rooms wait; calls go on.',
      panel: ['Operator', 'Requests to the API server'],
    },
    {
      alert: 'ParleyRoomsSlow',
      expr: `histogram_quantile(0.95, sum by (le) (rate(parley_operator_room_ready_seconds_bucket[15m]))) > 30
        and sum(increase(parley_operator_room_ready_seconds_bucket{le="+Inf"}[15m])) >= 10`,
      for: '5m',
      severity: 'warning',
      summary: 'Rooms take {{ $value | humanizeDuration }} to become ready',
      description: 'Who makes a Room waits for it.',
      panel: ['Operator', 'Time until a Room is ready'],
    },
    {
      alert: 'ParleyRoomsPending',
      expr: 'max(parley_operator_rooms{phase="Pending"}) > 0',
      for: '10m',
      severity: 'warning',
      summary: '{{ $value }} Rooms wait for a media server',
      description: 'The pools have no free place and cannot grow, or their pods do not become ready.',
      panel: ['Operator', 'Rooms by phase'],
    },
    {
      alert: 'ParleyRoomsCannotLeave',
      expr: 'max by (pool) (parley_operator_leaving_rooms) > 0',
      for: '3m',
      severity: 'warning',
      summary: '{{ $value }} Rooms of the pool {{ $labels.pool }} find no other media server',
      description: 'Their pods go. People in these rooms have a short break when the pods end.',
      panel: ['Operator', 'Rooms on the move'],
    },
    {
      alert: 'ParleyRoomsCrowded',
      expr: 'max by (pool) (parley_operator_crowded_rooms) > 0',
      for: '5m',
      severity: 'warning',
      summary:
        '{{ $value }} Rooms of the pool {{ $labels.pool }} fill their media servers and find no further one',
      description: 'Who joins them now gets worse sound and pictures, and so do those who are in.',
      panel: ['Operator', 'Rooms on the move'],
    },
    {
      alert: 'ParleyPoolFull',
      expr: `max by (pool) (parley_operator_pool_free_rooms) == 0
        and max by (pool) (parley_operator_pool_pods{role="sfu",state="ready"}) >= on (pool) max by (pool) (parley_operator_pool_maximum_pods)`,
      for: '5m',
      severity: 'critical',
      summary: 'The pool {{ $labels.pool }} has no free place and cannot grow',
      description: 'No further Room of the pool becomes ready.',
      panel: ['Capacity', 'Rooms that still fit'],
    },
  ],
};
