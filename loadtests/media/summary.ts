import type { RoomKey } from '@parley/protocol';
import type { Milestones } from './participant.ts';

/** How it went for one person. */
export interface PersonReport {
  name: string;
  room: RoomKey;
  sends: boolean;
  /** Why they did not get in, or had to go. */
  failed?: { code: string; message: string };
  milestones: Milestones;
  repairs: { connections: number; media: number; moves: number };
  /** Refusals by code, also those that were got over. */
  refusals: Partial<Record<string, number>>;
  sent: { kind: Kind; packets: number; bytes: number; keyFrames: number }[];
  received: ReceivedReport[];
}

type Kind = 'audio' | 'video';

/** One thing that somebody sends, as it came to another one. */
export interface ReceivedReport {
  kind: Kind;
  packets: number;
  bytes: number;
  /** Missing between the first and the last that came: nothing is asked for again. */
  lost: number;
  longestGapMs: number;
  /** From when the receiver knew of the stream; null if none came. */
  firstPacketMs: number | null;
}

/** How it went in one process. */
export interface CrowdReport {
  people: PersonReport[];
  /** How long this process was kept from its work at a time: gaps may be its own up to that. */
  stalls: { p99Ms: number; longestMs: number };
}

export interface Spread {
  p50: number;
  p95: number;
  p99: number;
  longest: number;
}

interface KindSummary {
  /** `missing`: those that somebody was to receive and never heard of. */
  streams: { sent: number; received: number; silent: number; missing: number };
  packets: { sent: number; received: number; lost: number };
  /** Lost ÷ (received + lost). */
  lossRatio: number;
  /** Of a stream, in ms. */
  longestGapMs?: Spread;
  firstPacketMs?: Spread;
}

/** How a load of media went. Times are in ms. */
export interface MediaSummary {
  people: { planned: number; joined: number; failed: number };
  /** Why people failed, by code. */
  failures: Record<string, number>;
  /** From opening the connection until media flows both ways. */
  joinMs?: Spread;
  kinds: Record<Kind, KindSummary>;
  /** Of sound and pictures. */
  lossRatio: number;
  repairs: { connections: number; media: number; moves: number };
  refusals: Record<string, number>;
  generator: { processes: number; stallP99Ms: number; longestStallMs: number };
}

/** Puts together what the processes report. `watch` is what each was to receive at most; without it no stream is missing. */
export function summarise(
  reports: readonly CrowdReport[],
  watch: Readonly<Record<Kind, number>> = { audio: 0, video: 0 },
): MediaSummary {
  const people = reports.flatMap(report => report.people);
  const [audio, video] = (['audio', 'video'] as const).map(kind => ofKind(kind, people, watch[kind]));
  if (!audio || !video) throw new Error('There are two kinds of media.');
  const failed = people.filter(person => person.failed);
  const joins = people.flatMap(({ milestones: { mediaConnected } }) => mediaConnected ?? []);
  const joinMs = spread(joins);
  return {
    people: { planned: people.length, joined: joins.length, failed: failed.length },
    failures: tally(failed.map(person => ({ [person.failed?.code ?? '']: 1 }))),
    ...(joinMs && { joinMs }),
    kinds: { audio, video },
    lossRatio: ratio(
      audio.packets.lost + video.packets.lost,
      audio.packets.received + video.packets.received,
    ),
    repairs: people.reduce(
      (sum, { repairs }) => ({
        connections: sum.connections + repairs.connections,
        media: sum.media + repairs.media,
        moves: sum.moves + repairs.moves,
      }),
      { connections: 0, media: 0, moves: 0 },
    ),
    refusals: tally(people.map(person => person.refusals)),
    generator: {
      processes: reports.length,
      stallP99Ms: Math.max(0, ...reports.map(({ stalls }) => stalls.p99Ms)),
      longestStallMs: Math.max(0, ...reports.map(({ stalls }) => stalls.longestMs)),
    },
  };
}

function ofKind(kind: Kind, people: readonly PersonReport[], most: number): KindSummary {
  const sent = people.flatMap(person => person.sent).filter(one => one.kind === kind);
  const received = people.flatMap(person => person.received).filter(one => one.kind === kind);
  const came = received.filter(({ packets }) => packets > 0);
  const packets = {
    sent: sum(sent.map(one => one.packets)),
    received: sum(received.map(one => one.packets)),
    lost: sum(received.map(one => one.lost)),
  };
  const longestGapMs = spread(came.map(one => one.longestGapMs));
  const firstPacketMs = spread(came.flatMap(one => one.firstPacketMs ?? []));
  return {
    streams: {
      sent: sent.length,
      received: received.length,
      silent: received.length - came.length,
      missing: missingOf(kind, people, most),
    },
    packets,
    lossRatio: ratio(packets.lost, packets.received),
    ...(longestGapMs && { longestGapMs }),
    ...(firstPacketMs && { firstPacketMs }),
  };
}

/** How many streams of others those who are in did not even hear of. */
function missingOf(kind: Kind, people: readonly PersonReport[], most: number): number {
  const ofKind = (all: readonly { kind: Kind }[]) => all.filter(one => one.kind === kind).length;
  const present = people.filter(
    ({ failed, milestones }) => !failed && milestones.mediaConnected !== undefined,
  );
  const senders = new Map<RoomKey, number>();
  for (const { room, sent } of present) {
    if (ofKind(sent) > 0) senders.set(room, (senders.get(room) ?? 0) + 1);
  }
  return sum(
    present.map(({ room, sent, received }) => {
      const others = (senders.get(room) ?? 0) - (ofKind(sent) > 0 ? 1 : 0);
      return Math.max(0, Math.min(most, others) - ofKind(received));
    }),
  );
}

/** Quantiles by nearest rank; undefined of nothing. */
export function spread(samples: readonly number[]): Spread | undefined {
  if (samples.length === 0) return undefined;
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: at(1) };
}

function ratio(lost: number, received: number): number {
  return lost === 0 ? 0 : lost / (lost + received);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function tally(counts: readonly Partial<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [name, count = 0] of counts.flatMap(Object.entries)) all[name] = (all[name] ?? 0) + count;
  return all;
}
