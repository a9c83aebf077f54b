import { errors, events, objectives, target, type Window } from './objectives.ts';
import type { AlertRule, RuleGroup } from './rule.ts';

/**
 * How fast the error budget of 30 days may go: Google's SRE Workbook, "Alerting on SLOs", table 5-8. The short window sees that it still
 * does. The first two take 2 % of the budget in an hour or 5 % in six, the others 10 % in one or three days.
 */
const burns = [
  { rate: 14.4, long: '1h', short: '5m', severity: 'critical' },
  { rate: 6, long: '6h', short: '30m', severity: 'critical' },
  { rate: 3, long: '1d', short: '2h', severity: 'warning' },
  { rate: 1, long: '3d', short: '6h', severity: 'warning' },
] as const satisfies { rate: number; long: Window; short: Window; severity: string }[];

const pool = '{{ with $labels.pool }}the pool {{ . }}{{ else }}all pools{{ end }}';

const words: Record<
  (typeof objectives)[number]['slo'],
  Pick<AlertRule, 'alert' | 'summary' | 'description' | 'panel'>
> = {
  joinSuccess: {
    alert: 'ParleyJoinsFail',
    summary: `Joins to ${pool} fail`,
    description:
      '{{ $value | humanizePercentage }} of those who may join are turned away by a fault of Parley.',
    panel: ['Overview', 'Joins that succeed'],
  },
  joinTime: {
    alert: 'ParleyJoinsSlow',
    summary: `Joins to ${pool} are slow`,
    description: '{{ $value | humanizePercentage }} of joins take more than 2 s until media is connected.',
    panel: ['Overview', 'Joins within 2 s'],
  },
  audio: {
    alert: 'ParleySoundPoor',
    summary: `Sound in ${pool} is poor`,
    description: '{{ $value | humanizePercentage }} of reports of sound have a score of 3.5 or less.',
    panel: ['Overview', 'Sound with a score above 3.5'],
  },
  freezes: {
    alert: 'ParleyPicturesFreeze',
    summary: `Pictures in ${pool} freeze`,
    description: '{{ $value | humanizePercentage }} of the time of received pictures they stand still.',
    panel: ['Overview', 'Time without freezes'],
  },
};

/** An alert for each objective and speed at which its budget goes. */
export const burnGroup: RuleGroup = {
  name: 'parley-burn-rates',
  rules: objectives.flatMap(({ slo, least }) =>
    burns.map(({ rate, long, short, severity }): AlertRule => {
      const is = `{slo="${slo}"}`;
      const tooMany = `> on (slo) group_left () (${rate} * (1 - ${target}${is}))`;
      return {
        ...words[slo],
        expr: `(${errors(long)}${is} ${tooMany}) and (${errors(short)}${is} ${tooMany}) and ${events(long)}${is} >= ${least}`,
        severity,
        labels: { window: long },
      };
    }),
  ),
};
