import { aCount, areas, atLeast, atMost, type Board, lines } from '../build/board.ts';
import { inPool, quantile, rate, rateBy } from '../build/queries.ts';

const most = (by: string, gauge: string) => `max by (${by}) (${gauge}{${inPool}})`;
const all = (by: string, gauge: string) => `sum by (${by}) (${gauge}{${inPool}})`;
const sfu = `component="sfu",${inPool}`;

export const sfuFleet: Board = {
  uid: 'parley-sfu-fleet',
  title: 'SFU fleet',
  description:
    'The media servers: are they well, is there space on them, and what do they see of the networks?',
  choice: 'pool',
  rows: [
    {
      title: 'Space',
      panels: [
        lines(
          'Used by pod',
          {
            description:
              'How much of the workers is taken; 1 where no more should come. All of them above 90 %: see Capacity.',
            unit: 'percentunit',
            limits: atMost(0.8, 0.9),
          },
          [most('pool, pod', 'parley_sfu_used_ratio'), '{{pod}}'],
        ),
        lines(
          'CPU of workers',
          {
            description: 'Each has one core. Above 85 % packets wait, then get lost.',
            unit: 'percentunit',
            limits: atMost(0.7, 0.85),
          },
          [`max by (pod, port) (${rate('parley_sfu_worker_cpu_seconds_total')})`, '{{pod}}:{{port}}'],
        ),
        lines(
          'Event loop lag',
          {
            description:
              'How late the process that drives the workers is, p99. Media that flows is not affected; joins are.',
            unit: 's',
            limits: atMost(0.1, 0.25),
          },
          [`max by (pod) (nodejs_eventloop_lag_p99_seconds{${sfu}})`, '{{pod}}'],
        ),
        lines(
          'People by pod',
          { description: 'Participants that have a transport.', unit: 'short', limits: aCount },
          [all('pod', 'parley_sfu_participants'), '{{pod}}'],
        ),
        lines('Rooms by pod', { description: 'Rooms that are open.', unit: 'short', limits: aCount }, [
          all('pod', 'parley_sfu_rooms'),
          '{{pod}}',
        ]),
        lines(
          'Memory',
          {
            description: 'Of the process, workers not counted.',
            unit: 'bytes',
            limits: atMost(750e6, 1.5e9),
          },
          [`max by (pod) (process_resident_memory_bytes{${sfu}})`, '{{pod}}'],
        ),
      ],
    },
    {
      title: 'Faults',
      panels: [
        lines(
          'Restarts',
          {
            description:
              'Times in 15 minutes that an SFU ended and was started again. Its rooms had a break.',
            unit: 'short',
            limits: atMost(1, 2),
          },
          [`sum by (pod) (changes(process_start_time_seconds{${sfu}}[15m]))`, '{{pod}}'],
        ),
        lines(
          'Workers that died',
          {
            description: 'Media workers in 15 minutes. Each was started again; its rooms had a break.',
            unit: 'short',
            limits: atMost(1, 2),
          },
          [`sum by (pod) (increase(parley_sfu_worker_deaths_total{${inPool}}[15m]))`, '{{pod}}'],
        ),
        lines(
          'Registered in Redis',
          {
            description: '1 while the SFU is known to others; 0 gets no rooms. All at 0: Redis.',
            unit: 'short',
            limits: atLeast(1, 1),
          },
          [`min by (pod) (parley_sfu_registered{${inPool}})`, '{{pod}}'],
        ),
        lines(
          'SFUs cut off from others',
          {
            description: 'Others that an SFU gets tracks from and cannot reach: rooms on both fall apart.',
            unit: 'short',
            limits: atMost(1, 2),
          },
          [most('pod', 'parley_sfu_peers_cut_off'), '{{pod}}'],
        ),
        lines(
          'People of whom nothing comes',
          {
            description: 'They were connected and send what others watch, yet no packets arrive.',
            unit: 'short',
            limits: atMost(3, 10),
          },
          [all('pool', 'parley_sfu_participants_silent'), '{{pool}}'],
        ),
        lines(
          'SFUs that drain',
          {
            description: '1 once an SFU takes no new rooms, as before it goes.',
            unit: 'short',
            limits: aCount,
          },
          [most('pod', 'parley_sfu_draining'), '{{pod}}'],
        ),
      ],
    },
    {
      title: 'What they see of the networks',
      panels: [
        lines(
          'Packets lost',
          {
            description:
              'received: on the way from clients, sent: on the way to them. Of one pod alone: its node.',
            unit: 'percentunit',
            limits: atMost(0.02, 0.05),
          },
          [
            `sum by (pod, direction, kind) (${rate('parley_sfu_rtp_packets_lost_total')}) / (sum by (pod, direction, kind) (${rate('parley_sfu_rtp_packets_total')}) > 0)`,
            '{{pod}} {{direction}} {{kind}}',
          ],
        ),
        lines(
          'Packets sent again',
          {
            description: 'Share of packets that a client or an SFU had to send once more.',
            unit: 'percentunit',
            limits: atMost(0.03, 0.1),
          },
          [
            `${rateBy('direction, kind', 'parley_sfu_retransmitted_packets_total')} / (${rateBy('direction, kind', 'parley_sfu_rtp_packets_total')} > 0)`,
            '{{direction}} {{kind}}',
          ],
        ),
        lines(
          'Round-trip time',
          {
            description: 'Between SFUs and clients, by RTCP.',
            unit: 's',
            limits: atMost(0.15, 0.3),
          },
          [quantile(0.5, 'parley_sfu_round_trip_seconds'), 'p50'],
          [quantile(0.95, 'parley_sfu_round_trip_seconds'), 'p95'],
        ),
        lines(
          'Asked for lost packets (NACK)',
          {
            description:
              'Who receives asks who sends. sent: the SFU asks publishers; received: viewers ask the SFU.',
            unit: 'cps',
            limits: aCount,
          },
          [rateBy('direction, kind', 'parley_sfu_nacks_total'), '{{direction}} {{kind}}'],
        ),
        lines(
          'Asked for key frames (PLI, FIR)',
          {
            description:
              'Somebody cannot decode, or begins to watch. Many at once: a storm of joins, or loss.',
            unit: 'cps',
            limits: aCount,
          },
          [rateBy('direction', 'parley_sfu_plis_total'), 'PLI {{direction}}'],
          [rateBy('direction', 'parley_sfu_firs_total'), 'FIR {{direction}}'],
        ),
        areas(
          'Streams by score',
          {
            description: "mediasoup's score of a stream: good 8 to 10, fair 5 to 7, bad 0 to 4.",
            unit: 'short',
            limits: aCount,
          },
          [all('direction, grade', 'parley_sfu_streams'), '{{direction}} {{grade}}'],
        ),
      ],
    },
    {
      title: 'What flows',
      panels: [
        lines('Bit rate', { description: 'Between clients and SFUs.', unit: 'bps', limits: aCount }, [
          all('direction', 'parley_sfu_bits_per_second'),
          '{{direction}}',
        ]),
        lines(
          'Packets',
          { description: 'RTP packets between clients and SFUs.', unit: 'pps', limits: aCount },
          [rateBy('direction, kind', 'parley_sfu_rtp_packets_total'), '{{direction}} {{kind}}'],
        ),
        areas(
          'Tracks',
          { description: 'Sent to SFUs (producers) and by them (consumers).', unit: 'short', limits: aCount },
          [all('kind', 'parley_sfu_producers'), 'to SFUs: {{kind}}'],
          [all('kind', 'parley_sfu_consumers'), 'by SFUs: {{kind}}'],
        ),
        areas(
          'Transports by state',
          {
            description:
              'Of clients. Many that are not connected: UDP is blocked, or an address is not reached.',
            unit: 'short',
            limits: aCount,
          },
          [all('state', 'parley_sfu_transports'), '{{state}}'],
        ),
        areas(
          'Transports by protocol',
          {
            description: 'What connected transports go through: udp, tcp, or a relay.',
            unit: 'short',
            limits: aCount,
          },
          [all('protocol', 'parley_sfu_transports'), '{{protocol}}'],
        ),
        areas(
          'Layers sent',
          {
            description: 'Spatial layers that viewers get now: 0 is the smallest picture.',
            unit: 'short',
            limits: aCount,
          },
          [all('layer', 'parley_sfu_layers_sent'), 'layer {{layer}}'],
        ),
        areas(
          'Layers by whether somebody watches',
          {
            description: 'Publishers stop those that nobody watches; many unwatched ones cost bandwidth.',
            unit: 'short',
            limits: aCount,
          },
          [all('watched', 'parley_sfu_layers'), 'watched: {{watched}}'],
        ),
        lines(
          'Pipes',
          {
            description:
              'Tracks that are sent on to further workers and to other SFUs, since their room outgrew one.',
            unit: 'short',
            limits: aCount,
          },
          [`sum(parley_sfu_pipes{${inPool}})`, 'between workers'],
          [all('direction', 'parley_sfu_peer_pipes'), 'between SFUs: {{direction}}'],
        ),
        lines(
          'Time that control calls take',
          { description: 'Of signaling to SFUs, p95 by call.', unit: 's', limits: atMost(0.1, 0.5) },
          [quantile(0.95, 'parley_sfu_control_call_seconds', 'call'), '{{call}}'],
        ),
      ],
    },
  ],
};
