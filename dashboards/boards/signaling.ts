import { aCount, areas, atMost, type Board, lines } from '../build/board.ts';
import { quantile, rate, rateBy } from '../build/queries.ts';

const signaling = 'component="signaling"';
const sum = (by: string, gauge: string) => `sum by (${by}) (${gauge})`;

export const signalingBoard: Board = {
  uid: 'parley-signaling',
  title: 'Signaling',
  description: 'What lets people in and tells them of each other: is it well, and whom does it wait for?',
  choice: 'nothing',
  rows: [
    {
      title: 'People',
      panels: [
        lines(
          'Connections by pod',
          { description: 'WebSockets. A pod that is full turns people away.', unit: 'short', limits: aCount },
          [sum('pod', 'parley_signaling_sockets'), '{{pod}}'],
        ),
        lines(
          'People in calls and lobbies',
          { description: 'Who are connected to signaling.', unit: 'short', limits: aCount },
          ['sum(parley_signaling_participants)', 'in calls'],
          ['sum(parley_signaling_lobby)', 'in lobbies'],
        ),
        lines(
          'Joins by outcome',
          {
            description:
              'ok, or the code of the refusal. internal, media_lost and unavailable are faults of Parley. After busy and room_not_ready clients ask again by themselves.',
            unit: 'reqps',
            limits: aCount,
          },
          [rateBy('outcome', 'parley_signaling_joins_total', ''), '{{outcome}}'],
        ),
        lines(
          'Time of joins by phase',
          {
            description:
              'p95. state: Redis; sfu: the control API of the SFU. The slow one is to be looked at.',
            unit: 's',
            limits: atMost(0.25, 1),
          },
          [quantile(0.95, 'parley_signaling_join_seconds', 'phase', ''), '{{phase}}'],
        ),
        lines(
          'Connections not taken',
          {
            description: 'By reason: origin, stopping, deaf, full, address. full: more pods are needed.',
            unit: 'cps',
            limits: atMost(0.1, 1),
          },
          [rateBy('reason', 'parley_signaling_refused_sockets_total', ''), '{{reason}}'],
        ),
        lines(
          'Connections ended',
          {
            description:
              'By reason: idle, flood, slow, stopping, deaf. slow: clients do not read fast enough.',
            unit: 'cps',
            limits: aCount,
          },
          [rateBy('reason', 'parley_signaling_ended_sockets_total', ''), '{{reason}}'],
        ),
      ],
    },
    {
      title: 'Redis',
      panels: [
        lines(
          'Way through Redis',
          {
            description:
              'Time that a message of a pod to itself takes. Above 250 ms: Redis or the way to it is slow.',
            unit: 's',
            limits: atMost(0.05, 0.25),
          },
          [quantile(0.5, 'parley_signaling_canary_seconds', '', ''), 'p50'],
          [quantile(0.99, 'parley_signaling_canary_seconds', '', ''), 'p99'],
        ),
        lines(
          'Pods that do not hear Redis',
          {
            description: '1: deaf. All of them: Redis; one alone: that pod.',
            unit: 'short',
            limits: atMost(1, 1),
          },
          ['max by (pod) (parley_signaling_deaf)', '{{pod}}'],
        ),
        lines(
          'Answers to those who may have missed something',
          {
            description: 'events: the ones that were missed; snapshot: all of the room, as too much was.',
            unit: 'cps',
            limits: aCount,
          },
          [rateBy('answer', 'parley_signaling_missed_total', ''), '{{answer}}'],
        ),
      ],
    },
    {
      title: 'SFUs',
      panels: [
        lines(
          'Time that calls of SFUs take',
          {
            description: 'p95 by call. Slow: the SFU is busy, or the way to it is.',
            unit: 's',
            limits: atMost(0.25, 1),
          },
          [quantile(0.95, 'parley_signaling_sfu_call_seconds', 'call', ''), '{{call}}'],
        ),
        lines(
          'Calls of SFUs by outcome',
          {
            description: 'ok, or the code of the refusal. unavailable: the SFU does not answer.',
            unit: 'reqps',
            limits: aCount,
          },
          [rateBy('outcome', 'parley_signaling_sfu_call_seconds_count', ''), '{{outcome}}'],
        ),
        lines(
          'What SFUs are still to be told',
          {
            description:
              'Who was muted, may not publish any more or is gone. Above 0 for minutes: somebody who was removed may be heard.',
            unit: 'short',
            limits: atMost(1, 10),
          },
          ['max(parley_signaling_outstanding)', 'outstanding'],
        ),
        lines(
          'Moves of rooms',
          {
            description:
              'From one SFU to another: begun, then finished, superseded, or timed_out with a break for somebody.',
            unit: 'short',
            limits: aCount,
          },
          ['sum by (step) (increase(parley_signaling_moves_total[15m]))', '{{step}} in 15 min'],
        ),
        lines(
          'Time that moves take',
          {
            description: 'Until everybody is on the new SFU.',
            unit: 's',
            limits: atMost(5, 20),
            quiet: 'No room moved.',
          },
          [quantile(0.5, 'parley_signaling_move_seconds', '', ''), 'p50'],
          [quantile(0.95, 'parley_signaling_move_seconds', '', ''), 'p95'],
        ),
        lines(
          'SFUs of large rooms',
          {
            description:
              'That rooms on several of them gained (opened), lost, or gave up (left), in 15 minutes.',
            unit: 'short',
            limits: aCount,
          },
          ['sum by (step) (increase(parley_signaling_branches_total[15m]))', '{{step}}'],
        ),
      ],
    },
    {
      title: 'Work',
      panels: [
        areas('Requests by name', { description: 'Of clients.', unit: 'reqps', limits: aCount }, [
          rateBy('name', 'parley_signaling_requests_total', ''),
          '{{name}}',
        ]),
        lines(
          'Requests by outcome',
          {
            description: 'ok, or the code of the refusal. rate_limited: a client asks too often.',
            unit: 'reqps',
            limits: aCount,
          },
          [rateBy('outcome', 'parley_signaling_requests_total', ''), '{{outcome}}'],
        ),
        areas(
          'Events of rooms',
          { description: 'That pods published, by type.', unit: 'cps', limits: aCount },
          [rateBy('type', 'parley_signaling_events_total', ''), '{{type}}'],
        ),
        lines(
          'Chat, speakers and layers',
          {
            description: 'New chat messages, news of who speaks, and of what others watch.',
            unit: 'cps',
            limits: aCount,
          },
          [`sum(${rate('parley_signaling_chat_messages_total', 'outcome="new"')})`, 'chat'],
          [`sum(${rate('parley_signaling_speakers_total', '')})`, 'speakers'],
          [`sum(${rate('parley_signaling_layers_wanted_total', '')})`, 'layers wanted'],
        ),
        lines(
          'Webhooks',
          {
            description: 'Tries by outcome: failed is tried again, dropped and overflowed are lost.',
            unit: 'cps',
            limits: aCount,
          },
          [rateBy('outcome', 'parley_signaling_webhooks_total', ''), '{{outcome}}'],
        ),
        lines(
          'Traces',
          {
            description:
              'Spans by outcome, of all components. dropped, failed: the collector is slow or down, which harms no call.',
            unit: 'cps',
            limits: aCount,
          },
          [rateBy('component, outcome', 'parley_traces_spans_total', ''), '{{component}} {{outcome}}'],
        ),
      ],
    },
    {
      title: 'Processes',
      panels: [
        lines(
          'CPU',
          {
            description: 'Of one core, as a pod has one thread that counts.',
            unit: 'percentunit',
            limits: atMost(0.7, 0.85),
          },
          [`max by (pod) (${rate('process_cpu_seconds_total', signaling)})`, '{{pod}}'],
        ),
        lines(
          'Event loop lag',
          { description: 'How late the process is, p99.', unit: 's', limits: atMost(0.1, 0.25) },
          [`max by (pod) (nodejs_eventloop_lag_p99_seconds{${signaling}})`, '{{pod}}'],
        ),
        lines(
          'Memory',
          {
            description: 'Resident. Above its limit a pod is ended; people resume with another.',
            unit: 'bytes',
            limits: atMost(400e6, 500e6),
          },
          [`max by (pod) (process_resident_memory_bytes{${signaling}})`, '{{pod}}'],
        ),
      ],
    },
  ],
};
