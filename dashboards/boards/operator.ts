import { aCount, areas, atLeast, atMost, type Board, lines } from '../build/board.ts';
import { inPool, quantile, rateBy } from '../build/queries.ts';

const ofPools = (gauge: string) => `max by (pool) (${gauge}{${inPool}})`;

export const operator: Board = {
  uid: 'parley-operator',
  title: 'Operator',
  description: 'Do Rooms get their place and pools their pods, and what keeps the operator from it?',
  choice: 'pool',
  rows: [
    {
      title: 'Rooms',
      panels: [
        areas(
          'Rooms by phase',
          {
            description: 'Pending for minutes: no place, see Capacity. Of all pools.',
            unit: 'short',
            limits: aCount,
          },
          ['max by (phase) (parley_operator_rooms)', '{{phase}}'],
        ),
        lines(
          'Time until a Room is ready',
          { description: 'From when it was made.', unit: 's', limits: atMost(5, 30) },
          [quantile(0.5, 'parley_operator_room_ready_seconds', '', ''), 'p50'],
          [quantile(0.95, 'parley_operator_room_ready_seconds', '', ''), 'p95'],
        ),
        lines(
          'Rooms that miss their objective',
          {
            description: 'Their condition QualityMet is False, by its reason.',
            unit: 'short',
            limits: atMost(1, 10),
          },
          [`max by (pool, reason) (parley_operator_quality_unmet_rooms{${inPool}})`, '{{pool}} {{reason}}'],
        ),
        lines(
          'Rooms that are degraded',
          {
            description: 'Their condition Degraded is True, by its reason.',
            unit: 'short',
            limits: atMost(1, 10),
          },
          [`max by (pool, reason) (parley_operator_degraded_rooms{${inPool}})`, '{{pool}} {{reason}}'],
        ),
        lines(
          'Rooms on the move',
          {
            description:
              'leaving: still on pods that go; crowded: fill their SFUs and find no further one; spread: on several.',
            unit: 'short',
            limits: aCount,
          },
          [ofPools('parley_operator_leaving_rooms'), 'leaving {{pool}}'],
          [ofPools('parley_operator_crowded_rooms'), 'crowded {{pool}}'],
          [ofPools('parley_operator_spread_rooms'), 'spread {{pool}}'],
        ),
        lines(
          'Moves by reason',
          { description: 'In 15 minutes, of rooms with people in them.', unit: 'short', limits: aCount },
          ['sum by (reason) (increase(parley_operator_room_moves_total[15m]))', '{{reason}}'],
        ),
        lines(
          'Time that moves take',
          {
            description: 'Until all media of the room is on the new SFU.',
            unit: 's',
            limits: atMost(5, 30),
            quiet: 'No room moved.',
          },
          [quantile(0.5, 'parley_operator_room_move_seconds', '', ''), 'p50'],
          [quantile(0.95, 'parley_operator_room_move_seconds', '', ''), 'p95'],
        ),
      ],
    },
    {
      title: 'Pools',
      across: 2,
      panels: [
        areas(
          'Pods by state',
          {
            description:
              'ready, waiting (not ready yet, or not any more) and going. waiting for minutes: kubectl describe pod.',
            unit: 'short',
            limits: aCount,
          },
          [
            `max by (pool, role, state) (parley_operator_pool_pods{${inPool}})`,
            '{{pool}} {{role}} {{state}}',
          ],
        ),
        lines(
          'Operators that lead',
          { description: 'One of them should.', unit: 'short', limits: atLeast(1, 1) },
          ['sum(parley_operator_leader)', 'leading'],
        ),
      ],
    },
    {
      title: 'Reconciliations',
      panels: [
        lines('Reconciliations', { description: 'By controller and result.', unit: 'cps', limits: aCount }, [
          rateBy('controller, result', 'parley_operator_reconcile_total', ''),
          '{{controller}} {{result}}',
        ]),
        lines(
          'Reconciliations that fail',
          {
            description:
              'They are tried again with growing pauses. Above 0.1 a second for long: read the log.',
            unit: 'cps',
            limits: atMost(0.05, 0.1),
          },
          [rateBy('controller', 'parley_operator_reconcile_errors_total', ''), '{{controller}}'],
        ),
        lines(
          'Time that reconciliations take',
          {
            description: 'p95 by controller. Slow ones wait for the API server or for Redis.',
            unit: 's',
            limits: atMost(0.5, 2.5),
          },
          [quantile(0.95, 'parley_operator_reconcile_seconds', 'controller', ''), '{{controller}}'],
        ),
        lines(
          'Objects that wait',
          {
            description:
              'For a worker. Above 100 for minutes: the API server is slow, or there is too much to do.',
            unit: 'short',
            limits: atMost(20, 100),
          },
          ['max by (controller) (parley_operator_queue_depth)', '{{controller}}'],
        ),
        lines(
          'Time that objects wait',
          {
            description: 'p95 by controller, from the change until a worker takes it.',
            unit: 's',
            limits: atMost(1, 5),
          },
          [quantile(0.95, 'parley_operator_queue_seconds', 'controller', ''), '{{controller}}'],
        ),
        lines(
          'Oldest work under way',
          { description: 'A reconciliation that hangs shows here.', unit: 's', limits: atMost(10, 60) },
          ['max by (controller) (parley_operator_queue_longest_running_seconds)', '{{controller}}'],
        ),
      ],
    },
    {
      title: 'Kubernetes',
      panels: [
        lines(
          'Requests to the API server',
          {
            description: 'By status. 5.., 429 and none (no answer) are faults; 409 and 404 happen.',
            unit: 'reqps',
            limits: aCount,
          },
          [rateBy('method, code', 'parley_operator_api_requests_total', ''), '{{method}} {{code}}'],
        ),
        lines(
          'Time until the API server answers',
          {
            description: 'p95 by method. Above 2.5 s everything that the operator does is late.',
            unit: 's',
            limits: atMost(0.5, 2.5),
          },
          [quantile(0.95, 'parley_operator_api_request_seconds', 'method', ''), '{{method}}'],
        ),
        lines(
          'Silence of the API server',
          {
            description:
              'Time since it last said anything about a collection. Above 300 s the operator may act on what is no longer so.',
            unit: 's',
            limits: atMost(120, 300),
          },
          ['max by (resource) (parley_operator_watch_silence_seconds)', '{{resource}}'],
        ),
      ],
    },
  ],
};
