import { aCount, areas, atLeast, atMost, type Board, lines, number } from '../build/board.ts';
import { inPool, rate } from '../build/queries.ts';

const pools = (gauge: string) => `max by (pool) (${gauge}{${inPool}})`;
const sfus = `max by (pool) (parley_operator_pool_pods{role="sfu",state="ready",${inPool}})`;
const people = `(sum by (pool) (parley_sfu_participants{${inPool}}) > 0)`;

export const capacity: Board = {
  uid: 'parley-capacity',
  title: 'Capacity',
  description:
    'How much is used, how much is left, and what a participant costs: docs/capacity.md plans with it.',
  choice: 'pool',
  rows: [
    {
      title: 'Now',
      across: 4,
      panels: [
        number(
          'Rooms placed',
          { description: 'Rooms that have a place in the pool.', unit: 'short', limits: aCount },
          [`sum(${pools('parley_operator_pool_rooms')})`, 'rooms'],
        ),
        number('People', { description: 'In rooms of the pool.', unit: 'short', limits: aCount }, [
          `sum(${pools('parley_operator_room_people')})`,
          'people',
        ]),
        number(
          'Pods of those allowed',
          {
            description:
              'SFU pods that are ready, as a share of the maximum of their pool. At 100 % it cannot grow.',
            unit: 'percentunit',
            limits: atMost(0.8, 1),
          },
          [`max(${sfus} / ${pools('parley_operator_pool_maximum_pods')})`, 'of maximum'],
        ),
        number(
          'Load',
          {
            description: 'How much of the SFUs that run is taken, on average.',
            unit: 'percentunit',
            limits: atMost(0.7, 0.9),
          },
          [`avg(parley_sfu_used_ratio{${inPool}})`, 'used'],
        ),
      ],
    },
    {
      title: 'Over time',
      panels: [
        lines(
          'Rooms that still fit',
          {
            description: 'On pods that run. 0 while pods are at their maximum: no further room gets a place.',
            unit: 'short',
            limits: atLeast(2, 1),
          },
          [pools('parley_operator_pool_free_rooms'), '{{pool}}'],
        ),
        areas(
          'SFU pods',
          { description: 'Those that are ready, and how many there may be.', unit: 'short', limits: aCount },
          [sfus, 'ready {{pool}}'],
        ),
        lines(
          'Most pods there may be',
          { description: 'spec.maximum of the MediaPool.', unit: 'short', limits: aCount },
          [pools('parley_operator_pool_maximum_pods'), '{{pool}}'],
        ),
        lines('Rooms by pool', { description: 'Rooms that have a place.', unit: 'short', limits: aCount }, [
          pools('parley_operator_pool_rooms'),
          '{{pool}}',
        ]),
        lines(
          'People by pool',
          { description: 'In rooms, as the operator sums it up.', unit: 'short', limits: aCount },
          [pools('parley_operator_room_people'), '{{pool}}'],
        ),
        lines(
          'Load by pool',
          {
            description: 'How much of the SFUs that run is taken, on average.',
            unit: 'percentunit',
            limits: atMost(0.7, 0.9),
          },
          [`avg by (pool) (parley_sfu_used_ratio{${inPool}})`, '{{pool}}'],
        ),
      ],
    },
    {
      title: 'What a participant costs',
      panels: [
        lines(
          'CPU of media workers for a participant',
          {
            description: 'In cores. The planner takes this figure of your nodes.',
            unit: 'short',
            limits: atMost(0.05, 0.2),
          },
          [`sum by (pool) (${rate('parley_sfu_worker_cpu_seconds_total')}) / ${people}`, '{{pool}}'],
        ),
        lines(
          'Bandwidth of a participant',
          { description: 'Both directions, at the SFU.', unit: 'bps', limits: atMost(5e6, 2e7) },
          [
            `sum by (pool, direction) (parley_sfu_bits_per_second{${inPool}}) / on (pool) group_left () ${people}`,
            '{{pool}} {{direction}}',
          ],
        ),
        lines('People on an SFU', { description: 'On average.', unit: 'short', limits: aCount }, [
          `avg by (pool) (parley_sfu_participants{${inPool}})`,
          '{{pool}}',
        ]),
        lines(
          'CPU of signaling for a participant',
          {
            description: 'In cores, of all signaling pods together.',
            unit: 'short',
            limits: atMost(0.005, 0.02),
          },
          [
            `sum(${rate('process_cpu_seconds_total', 'component="signaling"')}) / (sum(parley_signaling_participants) > 0)`,
            'signaling',
          ],
        ),
      ],
    },
  ],
};
