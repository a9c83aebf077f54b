/** The process behind `Crowd`. It ends when its parent does. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { toRefusal } from '@parley/client/headless';
import { answerCalls } from '../child.ts';
import { type Clip, readClip } from './content/index.ts';
import type { CrowdCalls, CrowdOrders } from './crowd.ts';
import { Participant } from './participant.ts';
import type { PersonPlan } from './plan.ts';
import { Player } from './playback.ts';
import { seeded } from './random.ts';
import type { PersonReport } from './summary.ts';

/** How often it is looked whether something still arrives after nothing is sent, and how long at most, in ms. */
const quiet = { everyMs: 250, withinMs: 5_000 };

const stopped = new AbortController();
const player = new Player();
const stalls = monitorEventLoopDelay({ resolution: 5 });
const present = new Map<string, Participant>();
const failures = new Map<string, PersonReport['failed']>();
let people: PersonPlan[] = [];

// Ctrl-C reaches every process of a terminal: the parent tells when to leave.
process.on('SIGINT', () => {});

answerCalls<CrowdCalls>({
  async come(orders) {
    people = orders.people;
    const clips: Clip[] = [];
    for (const kind of ['audio', 'video'] as const) {
      const path = orders.clips[kind];
      if (path !== undefined) clips.push(await readClip(kind, path));
    }
    stalls.enable();
    await Promise.all(people.map(person => join(person, orders, clips)));
  },

  async status() {
    return { joined: present.size, failed: failures.size, ...totals() };
  },

  async fallSilent() {
    stalls.disable();
    for (const participant of present.values()) participant.stopMedia();
    const end = performance.now() + quiet.withinMs;
    let before: number;
    do {
      before = totals().received;
      await sleep(quiet.everyMs);
    } while (totals().received > before && performance.now() < end);
  },

  async report() {
    return {
      people: people.map(reportOf),
      // The timer's own resolution is part of what it measures.
      stalls: { p99Ms: stalls.percentile(99) / 1e6, longestMs: stalls.max / 1e6 },
    };
  },

  async leave() {
    stopped.abort();
    await Promise.all([...present.values()].map(participant => participant.leave()));
    player[Symbol.dispose]();
  },
});

async function join(person: PersonPlan, orders: CrowdOrders, clips: readonly Clip[]): Promise<void> {
  const { name, room, sends, seed, comesAtMs } = person;
  await sleep(comesAtMs, undefined, { signal: stopped.signal }).catch(() => {});
  if (stopped.signal.aborted) return;
  const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(orders.joinWithinMs)]);
  try {
    const participant = await Participant.join(
      {
        url: orders.url,
        room,
        displayName: name,
        token: orders.tokens[room],
        clips: sends ? clips : [],
        watch: orders.watch,
        player,
        random: seeded(seed),
      },
      signal,
    );
    if (stopped.signal.aborted) await participant.leave();
    else present.set(name, participant);
  } catch (error) {
    const { code, message } = toRefusal(error);
    failures.set(name, { code, message });
  }
}

function totals(): { sent: number; received: number; lost: number } {
  let [sent, received, lost] = [0, 0, 0];
  for (const { playbacks, watching } of present.values()) {
    for (const { packets } of playbacks) sent += packets;
    for (const { count } of watching.streams) {
      received += count.received;
      lost += count.lost;
    }
  }
  return { sent, received, lost };
}

function reportOf({ name, room, sends }: PersonPlan): PersonReport {
  const participant = present.get(name);
  const failed = participant?.failed ?? failures.get(name);
  const now = performance.now();
  return {
    name,
    room,
    sends,
    ...(failed && { failed: { code: failed.code, message: failed.message } }),
    milestones: participant?.milestones ?? {},
    repairs: participant?.repairs ?? { connections: 0, media: 0, moves: 0 },
    refusals: participant?.refusals ?? {},
    sent: (participant?.playbacks ?? []).map(({ kind, packets, bytes, keyFrames }) => ({
      kind,
      packets,
      bytes,
      keyFrames,
    })),
    received: (participant?.watching.streams ?? []).map(({ kind, wantedAt, count }) => ({
      kind,
      packets: count.received,
      bytes: count.bytes,
      lost: count.lost,
      longestGapMs: count.longestGap(now),
      firstPacketMs: count.firstAt === undefined ? null : count.firstAt - wantedAt,
    })),
  };
}
