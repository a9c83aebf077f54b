import { aCount, areas, atLeast, atMost, type Board, lines, number } from '../build/board.ts';
import { inPool } from '../build/queries.ts';
import { budget, burning, errors } from '../rules/objectives.ts';
import { canary } from './canary.ts';

/** How much of what was promised was kept over an hour. */
const kept = (slo: string) => `1 - max(${errors('1h')}{slo="${slo}",${inPool}})`;
const cause = `sum by (cause) (pool:parley_call_poor:ratio_rate5m{${inPool}})`;

export const overview: Board = {
  uid: 'parley-overview',
  title: 'Overview',
  description: 'Are calls good, and if not, whose fault is it? For the class of rooms that a MediaPool is.',
  choice: 'pool',
  rows: [
    {
      title: 'Are calls good?',
      across: 6,
      panels: [
        number(
          'People in calls',
          {
            description: 'Participants in rooms of the pool, as the operator sums it up every ten seconds.',
            unit: 'short',
            limits: aCount,
          },
          [`sum(max by (pool) (parley_operator_room_people{${inPool}}))`, 'people'],
        ),
        number(
          'People who fare well',
          {
            description:
              'Share of the time in calls in which sound and pictures are good, over five minutes. Below 95 %: go on with "Poor time by cause".',
            unit: 'percentunit',
            limits: atLeast(0.98, 0.95),
          },
          [
            `sum(pool:parley_call_people:rate5m{grade="good",${inPool}}) / sum(pool:parley_call_people:rate5m{${inPool}})`,
            'good',
          ],
        ),
        number(
          'Joins that succeed',
          {
            description:
              'Of joins that Parley should let in, those that it did, over an hour; the worst pool of those chosen. Objective: 99.5 %.',
            unit: 'percentunit',
            limits: atLeast(0.995, 0.98),
          },
          [kept('joinSuccess'), 'succeed'],
        ),
        number(
          'Joins within 2 s',
          {
            description:
              'Joins whose media was connected within 2 s after the click, over an hour; the worst pool of those chosen. Objective: 95 %.',
            unit: 'percentunit',
            limits: atLeast(0.95, 0.85),
          },
          [kept('joinTime'), 'within 2 s'],
        ),
        number(
          'Sound with a score above 3.5',
          {
            description:
              'Reports of sound with a mean opinion score (E-model) above 3.5, over an hour; the worst pool of those chosen. Objective: 97 %.',
            unit: 'percentunit',
            limits: atLeast(0.97, 0.9),
          },
          [kept('audio'), 'good sound'],
        ),
        number(
          'Time without freezes',
          {
            description:
              'Share of the time of received pictures in which they move, over an hour; the worst pool of those chosen. Objective: 99 %.',
            unit: 'percentunit',
            limits: atLeast(0.99, 0.97),
          },
          [kept('freezes'), 'moving'],
        ),
      ],
    },
    {
      title: 'If not, whose fault is it?',
      panels: [
        areas(
          'Poor time by cause',
          {
            description:
              "Share of the time in calls in which somebody fares badly, by the likely cause. network: between a client and us, see Call quality; relay: see TURN; device: the client's own computer; unknown: see SFU fleet.",
            unit: 'percentunit',
            limits: atMost(0.02, 0.05),
          },
          [cause, '{{cause}}'],
        ),
        lines(
          'Budget burned',
          {
            description:
              'How many times faster than allowed the error budget of 30 days goes, over an hour. 1 uses it up in 30 days, 14.4 in two.',
            unit: 'short',
            limits: atMost(1, 6),
          },
          [`max by (slo, pool) (${burning}{${inPool}})`, '{{slo}} {{pool}}'],
        ),
        lines(
          'Budget left',
          {
            description: 'What is left of the error budget of 30 days. Below 0 the promise is broken.',
            unit: 'percentunit',
            limits: atLeast(0.25, 0),
          },
          [`min by (slo, pool) (${budget}{${inPool}})`, '{{slo}} {{pool}}'],
        ),
        lines(
          'Alerts that fire',
          {
            description: 'Every one has its page in docs/runbooks/alerts.md.',
            unit: 'short',
            limits: atMost(1, 5),
          },
          [
            'count by (alertname, severity) (ALERTS{alertname=~"Parley.+",alertstate="firing"}) or vector(0)',
            '{{alertname}} {{severity}}',
          ],
        ),
        lines(
          'Packets lost between clients and SFUs',
          {
            description:
              'Loss on the way to clients (sent) and from them (received), as SFUs see it. Both up for several pools: the network of the nodes.',
            unit: 'percentunit',
            limits: atMost(0.02, 0.05),
          },
          [
            `max by (direction, kind) (pool:parley_sfu_loss:ratio_rate5m{${inPool}})`,
            '{{direction}} {{kind}}',
          ],
        ),
        lines(
          'Rooms that miss their objective',
          {
            description: 'Rooms whose condition QualityMet is False, by its reason.',
            unit: 'short',
            limits: atMost(1, 10),
          },
          [
            `sum by (reason) (max by (pool, reason) (parley_operator_quality_unmet_rooms{${inPool}}))`,
            '{{reason}}',
          ],
        ),
      ],
    },
    {
      title: 'The parts',
      across: 6,
      panels: [
        number(
          'Fullest SFU',
          {
            description: 'How much of it is taken. Above 90 % see SFU fleet and Capacity.',
            unit: 'percentunit',
            limits: atMost(0.8, 0.9),
          },
          [`max(parley_sfu_used_ratio{${inPool}})`, 'used'],
        ),
        number(
          'Busiest media worker',
          {
            description: 'CPU of one core. Above 85 % packets wait. See SFU fleet.',
            unit: 'percentunit',
            limits: atMost(0.7, 0.85),
          },
          [`max(rate(parley_sfu_worker_cpu_seconds_total{${inPool}}[$__rate_interval]))`, 'of a core'],
        ),
        number(
          'Rooms that still fit',
          {
            description: 'Places for rooms on pods that run; the fewest of the chosen pools. See Capacity.',
            unit: 'short',
            limits: atLeast(2, 1),
          },
          [`min(max by (pool) (parley_operator_pool_free_rooms{${inPool}}))`, 'free'],
        ),
        number(
          'Relays that answer',
          {
            description: 'Share of the TURN relays whose coturn answers. See TURN.',
            unit: 'percentunit',
            limits: atLeast(1, 0.5),
          },
          [`avg(parley_turn_up{${inPool}})`, 'up'],
        ),
        number(
          'Signaling that hears Redis',
          {
            description: 'Share of signaling pods that hear each other through Redis. See Signaling.',
            unit: 'percentunit',
            limits: atLeast(1, 0.5),
          },
          ['1 - avg(parley_signaling_deaf)', 'hear'],
        ),
        number(
          'Canary',
          {
            description:
              '1 while a synthetic pair of participants joins and gets sound and picture of each other. Empty without a canary..',
            unit: 'short',
            limits: atLeast(1, 0.5),
          },
          [`min(parley_canary_up{${inPool}})`, 'up'],
        ),
      ],
    },
    { ...canary, across: 4 },
  ],
};
