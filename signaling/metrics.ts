import { Counter, createRegistry, Gauge, Histogram } from '@parley/telemetry';
import { createCallMetrics } from './quality/metrics.ts';

/** The figures of one replica. None carries a room or a participant. */
export function createMetrics() {
  const registry = createRegistry();
  const registers = [registry];
  const metrics = {
    registry,
    /** From what clients report. */
    call: createCallMetrics(registry),
    sockets: new Gauge({
      name: 'parley_signaling_sockets',
      help: 'Connections to this replica.',
      registers,
    }),
    refusedSockets: new Counter({
      name: 'parley_signaling_refused_sockets_total',
      help: 'Connections that were not taken, by reason: origin, stopping, deaf, full, address.',
      labelNames: ['reason'],
      registers,
    }),
    endedSockets: new Counter({
      name: 'parley_signaling_ended_sockets_total',
      help: 'Connections that this replica ended, by reason: idle, flood, slow, stopping, deaf.',
      labelNames: ['reason'],
      registers,
    }),
    deaf: new Gauge({
      name: 'parley_signaling_deaf',
      help: '1 while what replicas tell each other through Redis does not arrive here, else 0.',
      registers,
    }),
    canarySeconds: new Histogram({
      name: 'parley_signaling_canary_seconds',
      help: 'Time that a message of this replica to itself took through Redis.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
      registers,
    }),
    participants: new Gauge({
      name: 'parley_signaling_participants',
      help: 'Participants who are connected to this replica.',
      registers,
    }),
    lobby: new Gauge({
      name: 'parley_signaling_lobby',
      help: 'People who wait in lobbies and are connected to this replica.',
      registers,
    }),
    joins: new Counter({
      name: 'parley_signaling_joins_total',
      help: "Answered joins by outcome (ok, or the code of the refusal) and by the room's pool, empty where none was known yet.",
      labelNames: ['outcome', 'pool'],
      registers,
    }),
    joinSeconds: new Histogram({
      name: 'parley_signaling_join_seconds',
      help: 'Time that a join took, by phase: state (Redis), sfu (its control API).',
      labelNames: ['phase'],
      enableExemplars: true,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    requests: new Counter({
      name: 'parley_signaling_requests_total',
      help: 'Answered requests by name and outcome: ok, or the code of the refusal.',
      labelNames: ['name', 'outcome'],
      registers,
    }),
    events: new Counter({
      name: 'parley_signaling_events_total',
      help: 'Room events that this replica published, by type.',
      labelNames: ['type'],
      registers,
    }),
    layersWanted: new Counter({
      name: 'parley_signaling_layers_wanted_total',
      help: 'What this replica told publishers of what others watch of their pictures.',
      registers,
    }),
    speakers: new Counter({
      name: 'parley_signaling_speakers_total',
      help: 'How often this replica told its people of a room who speaks there.',
      registers,
    }),
    missed: new Counter({
      name: 'parley_signaling_missed_total',
      help: 'Answers to clients that may have missed events: events, or snapshot where they named no place in the history or one that is gone.',
      labelNames: ['answer'],
      registers,
    }),
    chatMessages: new Counter({
      name: 'parley_signaling_chat_messages_total',
      help: 'Chat messages that were taken in, by outcome: new, or repeated for those that had been before.',
      labelNames: ['outcome'],
      registers,
    }),
    webhooks: new Counter({
      name: 'parley_signaling_webhooks_total',
      help: 'Tries to tell a receiver of a webhook by outcome: delivered, failed (tried again later), dropped (given up), overflowed (gone untried, as too many waited for the receiver).',
      labelNames: ['outcome'],
      registers,
    }),
    moves: new Counter({
      name: 'parley_signaling_moves_total',
      help: 'Moves of rooms from one SFU to another by what happened to them: begun; then finished, timed_out, or superseded by another move.',
      labelNames: ['step'],
      registers,
    }),
    moveSeconds: new Histogram({
      name: 'parley_signaling_move_seconds',
      help: 'Time from the begin of a move of a room until it was over.',
      buckets: [0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 20, 60],
      registers,
    }),
    branches: new Counter({
      name: 'parley_signaling_branches_total',
      help: 'SFUs that rooms on several of them gained or gave up, by what happened: opened, lost, left (its people moved).',
      labelNames: ['step'],
      registers,
    }),
    outstanding: new Gauge({
      name: 'parley_signaling_outstanding',
      help: 'What SFUs are still to be told (who was muted, may not publish any more, or is gone), as the replica that looks after it last saw it.',
      registers,
    }),
    sfuCallSeconds: new Histogram({
      name: 'parley_signaling_sfu_call_seconds',
      help: "Time that a call of an SFU's control API took, by call and outcome: ok, or the code of the refusal.",
      labelNames: ['call', 'outcome'],
      enableExemplars: true,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
  };
  beginAtZero(metrics);
  return metrics;
}
export type Metrics = ReturnType<typeof createMetrics>;

/** What is rare is 0 before it happens for the first time, so that its rise can be seen. */
function beginAtZero({ refusedSockets, endedSockets, missed, chatMessages, ...metrics }: Metrics): void {
  for (const reason of ['origin', 'stopping', 'deaf', 'full', 'address']) refusedSockets.inc({ reason }, 0);
  for (const reason of ['idle', 'flood', 'slow', 'stopping', 'deaf']) endedSockets.inc({ reason }, 0);
  for (const answer of ['events', 'snapshot']) missed.inc({ answer }, 0);
  for (const outcome of ['new', 'repeated']) chatMessages.inc({ outcome }, 0);
  for (const outcome of ['delivered', 'failed', 'dropped', 'overflowed'])
    metrics.webhooks.inc({ outcome }, 0);
  for (const step of ['begun', 'finished', 'timed_out', 'superseded']) metrics.moves.inc({ step }, 0);
  for (const step of ['opened', 'lost', 'left']) metrics.branches.inc({ step }, 0);
  for (const kind of ['quality', 'join']) {
    for (const outcome of ['ok', 'invalid', 'too_many']) metrics.call.reports.inc({ kind, outcome }, 0);
  }
}
