import { aCount, areas, atLeast, atMost, type Board, lines } from '../build/board.ts';
import { inPool, rate, rateBy } from '../build/queries.ts';

const perPod = (gauge: string) => `max by (pod) (${gauge}{${inPool}})`;

export const turn: Board = {
  uid: 'parley-turn',
  title: 'TURN',
  description: 'The relays, which people need whose networks let nothing else through.',
  choice: 'pool',
  rows: [
    {
      title: 'Relays',
      panels: [
        lines(
          'Relays that answer',
          {
            description: '1 while coturn answers. 0: whoever needs this relay is cut off.',
            unit: 'short',
            limits: atLeast(1, 1),
          },
          [`min by (pod) (parley_turn_up{${inPool}})`, '{{pod}}'],
        ),
        lines('Restarts of coturn', { description: 'In 15 minutes.', unit: 'short', limits: atMost(1, 2) }, [
          `sum by (pod) (increase(parley_turn_coturn_restarts_total{${inPool}}[15m]))`,
          '{{pod}}',
        ]),
        lines(
          'Days until the certificate ends',
          {
            description: 'Of TURN over TLS. Below 14: see to it that it is renewed.',
            unit: 'short',
            limits: atLeast(21, 14),
            quiet: 'A relay may do without TLS.',
          },
          [
            `(min by (pod) (parley_turn_certificate_expiry_timestamp_seconds{${inPool}}) - time()) / 86400`,
            '{{pod}}',
          ],
        ),
        lines(
          'Relays that drain',
          { description: '1 once a relay takes no new allocations.', unit: 'short', limits: aCount },
          [perPod('parley_turn_draining'), '{{pod}}'],
        ),
        lines(
          'SFUs that relays may send to',
          {
            description: 'Addresses of the pool. 0: the relay knows no SFU, and nobody gets through it.',
            unit: 'short',
            limits: atLeast(1, 1),
          },
          [perPod('parley_turn_allowed_peers'), '{{pod}}'],
        ),
        lines(
          'Secrets',
          {
            description: 'That credentials may be made of; 2 while one is changed.',
            unit: 'short',
            limits: atLeast(1, 1),
          },
          [perPod('parley_turn_secrets'), '{{pod}}'],
        ),
      ],
    },
    {
      title: 'Use',
      panels: [
        lines(
          'Allocations',
          { description: 'Relayed addresses that clients hold.', unit: 'short', limits: aCount },
          [perPod('parley_turn_allocations'), '{{pod}}'],
        ),
        lines(
          'Relayed bandwidth',
          { description: 'Costs twice: it comes in and goes out.', unit: 'bps', limits: aCount },
          [`8 * ${rateBy('pod, direction', 'parley_turn_relayed_bytes_total')}`, '{{pod}} {{direction}}'],
        ),
        areas(
          'Share of media through relays',
          {
            description:
              'Of the time of transports, by what leads to the relay. A jump: a network or a firewall changed, or SFUs are not reached.',
            unit: 'percentunit',
            limits: atMost(0.3, 0.6),
          },
          [
            `${rateBy('protocol', 'parley_call_path_seconds_total', `protocol=~"relay.+",${inPool}`)} / on () group_left () sum(${rate('parley_call_path_seconds_total')}) or 0 * sum(${rate('parley_call_path_seconds_total')})`,
            '{{protocol}}',
          ],
        ),
        lines(
          'Allocations refused',
          {
            description:
              'By reason. credentials: unknown or expired; quota, capacity: the relay is full; denied peer: somebody wants to reach what is no SFU.',
            unit: 'cps',
            limits: atMost(0.1, 1),
          },
          [rateBy('reason', 'parley_turn_allocation_failures_total'), '{{reason}}'],
          [`sum(${rate('parley_turn_denied_peers_total')})`, 'denied peer'],
        ),
      ],
    },
  ],
};
