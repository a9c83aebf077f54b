import {
  type CallQuality,
  callQualityLeaseMs,
  type JoinReport,
  type Network,
  type NetworkLevel,
  type QualityReport,
  RefusalError,
  type RoomUid,
} from '@parley/protocol';
import { judge, ownNetwork, type Verdict } from '@parley/quality';
import type { Member } from '../connection/caller.ts';
import type { LocalRoom, LocalRooms } from '../presence/local-rooms.ts';
import type { CallMetrics } from './metrics.ts';
import { isInOrder, isPlausible } from './plausible.ts';
import type { PoolLabels } from './pool-labels.ts';
import { recordJoin, recordQuality, recordVerdict } from './record.ts';
import { summarise } from './summary.ts';

/** Clocks of clients run, and reports arrive, by so much otherwise than ours, in ms. */
const slackMs = 1_000;

/** What a participant reported. */
interface Fare {
  joined: boolean;
  /** When the last report came, and what it says; the time at which the connection was theirs, until there is one. */
  at: number;
  verdict: Verdict | undefined;
  /** How bad their own network is. */
  network: NetworkLevel | undefined;
}

/** What the people of this replica say of their calls. */
export class CallReports {
  readonly #everyMs: number;
  readonly #graceMs: number;
  readonly #metrics: CallMetrics;
  readonly #pools: PoolLabels;
  readonly #fares = new WeakMap<Member, Fare>();
  /** As rooms lose their placement for a while. */
  readonly #poolOf = new WeakMap<LocalRoom, string>();

  constructor(of: { everyMs: number; graceMs: number; metrics: CallMetrics; pools: PoolLabels }) {
    this.#everyMs = of.everyMs;
    this.#graceMs = of.graceMs;
    this.#metrics = of.metrics;
    this.#pools = of.pools;
  }

  /** From here on the participant may report. */
  entered(member: Member, now = performance.now()): void {
    this.#fares.set(member, { joined: false, at: now, verdict: undefined, network: undefined });
  }

  /** @throws RefusalError `rate_limited` for reports that come too fast, `bad_request` for what cannot be. */
  quality(member: Member, report: QualityReport, now = performance.now()): void {
    const fare = this.#fareOf(member);
    const since = now - fare.at;
    if (fare.verdict && since < this.#everyMs / 2) throw tooMany();
    if (!isPlausible(report)) throw senseless();
    // Nobody can report on more time than there was; who came back may have been away for the grace.
    const most = since + slackMs + (fare.verdict ? 0 : this.#graceMs);
    const periodMs = Math.min(report.periodMs, most);
    const verdict = judge(report);
    fare.at = now;
    fare.verdict = verdict;
    fare.network = ownNetwork(report, fare.network);
    const labels = { pool: this.#poolLabel(member.room) };
    recordQuality(this.#metrics, labels, report, periodMs / 1000);
    recordVerdict(this.#metrics, labels, verdict, periodMs / 1000);
  }

  /** @throws RefusalError `rate_limited` for a second one, `bad_request` for what cannot be. */
  join(member: Member, report: JoinReport): void {
    const fare = this.#fareOf(member);
    if (fare.joined) throw tooMany();
    if (!isInOrder(report)) throw senseless();
    fare.joined = true;
    recordJoin(this.#metrics, { pool: this.#poolLabel(member.room) }, report);
  }

  /** How these rooms fare by reports that are not too old. Their pools count as seen. */
  summary(rooms: Pick<LocalRooms, 'all'>, now = performance.now()): Map<RoomUid, CallQuality> {
    const said = new Map<RoomUid, CallQuality>();
    for (const room of rooms.all()) {
      this.#poolLabel(room);
      const verdicts = [...room.members].flatMap(member => {
        const fare = this.#fares.get(member);
        return fare?.verdict && this.#holds(fare, now) ? fare.verdict : [];
      });
      const quality = summarise(verdicts);
      if (quality) said.set(room.uid, quality);
    }
    return said;
  }

  /** Whose own network is bad of this replica's people in a room, by reports that are not too old. */
  networks(room: Pick<LocalRoom, 'members'> | undefined, now = performance.now()): Network[] {
    return [...(room?.members ?? [])].flatMap(member => {
      const fare = this.#fares.get(member);
      return fare?.network && this.#holds(fare, now) ? { participantId: member.id, level: fare.network } : [];
    });
  }

  /** Until the next report is due, and some more. */
  #holds({ at }: Fare, now: number): boolean {
    return now - at <= Math.max(callQualityLeaseMs, this.#everyMs * 2);
  }

  /** @throws RefusalError where nobody was asked */
  #fareOf(member: Member): Fare {
    const fare = this.#everyMs > 0 ? this.#fares.get(member) : undefined;
    if (fare) return fare;
    throw new RefusalError('bad_request', 'This server does not ask how calls go.');
  }

  #poolLabel(room: LocalRoom): string {
    const { placement } = room;
    if (placement.state === 'ready') this.#poolOf.set(room, placement.pool);
    return this.#pools.of(this.#poolOf.get(room) ?? '');
  }
}

function tooMany(): RefusalError {
  return new RefusalError(
    'rate_limited',
    'Reports come too often. Send them as often as the server asked for.',
  );
}

function senseless(): RefusalError {
  return new RefusalError('bad_request', 'The figures of this report cannot be right together.');
}
