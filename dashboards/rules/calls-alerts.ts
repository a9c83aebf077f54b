import type { RuleGroup } from './rule.ts';

/** Calls that are bad, by whose fault it seems to be. */
export const callAlerts: RuleGroup = {
  name: 'parley-call-alerts',
  rules: [
    {
      alert: 'ParleyCallsPoor',
      expr: `pool:parley_call_poor:ratio_rate5m{cause!="device"} > 0.1
        and on (pool) sum by (pool) (pool:parley_call_people:rate5m) >= 5`,
      for: '10m',
      severity: 'warning',
      summary: 'Calls in the pool {{ $labels.pool }} are poor, cause: {{ $labels.cause }}',
      description: '{{ $value | humanizePercentage }} of the time that people are in calls, they fare badly.',
      panel: ['Overview', 'Poor time by cause'],
    },
    {
      alert: 'ParleyLossHigh',
      expr: `pool:parley_sfu_loss:ratio_rate5m > 0.05
        and on (pool) sum by (pool) (parley_sfu_participants) >= 5`,
      for: '10m',
      severity: 'warning',
      summary:
        'Packets of {{ $labels.kind }} {{ $labels.direction }} by SFUs of the pool {{ $labels.pool }} get lost',
      description:
        '{{ $value | humanizePercentage }} are lost. If several pools or both directions are hit, look at the network of the nodes.',
      panel: ['SFU fleet', 'Packets lost'],
    },
    {
      alert: 'ParleyRoomsBelowObjective',
      expr: 'max by (pool, reason) (parley_operator_quality_unmet_rooms) > 0',
      for: '15m',
      severity: 'warning',
      summary: '{{ $value }} Rooms of the pool {{ $labels.pool }} miss their objective: {{ $labels.reason }}',
      description: 'Their condition QualityMet is False.',
      panel: ['Operator', 'Rooms that miss their objective'],
    },
    {
      alert: 'ParleyParticipantsSilent',
      expr: `sum by (pool) (parley_sfu_participants_silent) > 0.1 * sum by (pool) (parley_sfu_participants)
        and sum by (pool) (parley_sfu_participants_silent) >= 3`,
      for: '5m',
      severity: 'warning',
      summary: 'Nothing comes from {{ $value }} people in the pool {{ $labels.pool }}',
      description:
        'They were connected and should send what others watch: their packets do not arrive at the SFUs.',
      panel: ['SFU fleet', 'People of whom nothing comes'],
    },
    {
      alert: 'ParleyQualityUnknown',
      expr: `sum(parley_signaling_participants) >= 10
        unless sum(rate(parley_call_reports_total{kind="quality",outcome="ok"}[5m])) > 0`,
      for: '10m',
      severity: 'warning',
      summary: 'No client says how its call goes',
      description:
        'People are in calls, and no figure of quality is counted: objectives and alerts see nothing.',
      panel: ['Call quality', 'Reports of clients'],
    },
    {
      alert: 'ParleyReportsRefused',
      expr: `sum(rate(parley_call_reports_total{outcome!="ok"}[15m]))
        > 0.2 * sum(rate(parley_call_reports_total[15m])) and sum(rate(parley_call_reports_total{outcome!="ok"}[15m])) > 0.1`,
      for: '15m',
      severity: 'warning',
      summary: 'Reports of clients are refused',
      description: '{{ $value | humanize }} a second make no sense or come too often, and are not counted.',
      panel: ['Call quality', 'Reports of clients'],
    },
  ],
};
