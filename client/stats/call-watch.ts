import type { Participant, ParticipantId, ProducerId } from '@parley/protocol';
import type { SendRequest } from '../connection/connection.ts';
import type { Direct } from '../direct/direct.ts';
import type { Pictures } from '../media/pictures.ts';
import type { Publications } from '../media/publications.ts';
import type { Reception } from '../media/reception.ts';
import { CallQuality } from '../quality/call-quality.ts';
import { receiveLimits, sendLimits } from '../quality/reduction.ts';
import { ownersOf } from '../room/lookups.ts';
import type { Session } from '../session/session.ts';
import type { CallStats } from '../types.ts';
import { readCallStats } from './call-stats.ts';
import { JoinWatch } from './join-watch.ts';
import { Reporter } from './reporter.ts';
import { type Side, takeSample, type Wanted, wantedOf } from './sample.ts';
import { Totals } from './totals.ts';

/** The parts of a call that are looked at, and those that are reduced on a bad network. */
export interface Watched {
  request: SendRequest;
  session(): Session | undefined;
  publications: Publications;
  pictures: Pictures;
  reception: Reception;
  direct: Direct;
  self(): ParticipantId | undefined;
  others(): readonly Participant[];
  /** The others, each with what is to be shown of them. */
  shown(): readonly Participant[];
  /** Other pictures are to be received, or smaller ones. */
  reduced(): void;
}

/** All that is measured of a call: its statistics, how the join went, what the server is told, and how good the call is. */
export class CallWatch {
  readonly join: JoinWatch;
  readonly reporter: Reporter;
  readonly quality: CallQuality;
  readonly #watched: Watched;
  readonly #totals = new Totals();

  /** `reduces`: whether the call may be reduced on a bad network. */
  constructor(watched: Watched, reduces: boolean) {
    this.#watched = watched;
    const { request, session, reception } = watched;
    const sample = () => takeSample(this.#sides(), this.#wanted());
    this.reporter = new Reporter({ sample, request, online: () => session()?.bound ?? false });
    this.join = new JoinWatch({
      received: () => {
        const watching = reception.received().current.some(({ kind }) => kind === 'video');
        if (!watching) return undefined;
        return session()
          ?.link?.stats()
          .find(({ direction }) => direction === 'receive')?.report;
      },
      wanted: () => this.reporter.wanted,
      tell: report =>
        void session()
          ?.request('reportJoin', report)
          .catch(() => {}),
    });
    this.quality = new CallQuality({
      sample,
      people: () => ({
        self: watched.self(),
        others: watched.others().flatMap(({ id, connected }) => (connected ? id : [])),
      }),
      hidden: () => document.visibilityState === 'hidden',
      apply: ({ receive, send }) => {
        watched.publications.reduce(sendLimits[send]);
        if (watched.pictures.reduce(receiveLimits[receive])) watched.reduced();
      },
      allowed: reduces,
    });
  }

  /** Somebody is in. */
  entered(): void {
    this.join.clock.mark('answered');
    this.quality.start();
    void this.join.watch();
  }

  /** The stay is over. */
  over(): void {
    this.join.end();
    this.reporter.close();
    this.quality.close();
  }

  stats(): Promise<CallStats> {
    return readCallStats({
      sides: this.#sides(),
      owners: ownersOf(this.#watched.shown()),
      totals: this.#totals,
      joinMs: this.join.clock.joinMs,
    });
  }

  /** What is received over each link. */
  #sides(): Side[] {
    const { session, reception, direct } = this.#watched;
    const { current, former } = reception.received();
    return [
      { link: session()?.link, received: current, isElsewhere: direct.covers },
      { link: session()?.former, received: former, isElsewhere: direct.covers },
      direct.side,
    ];
  }

  /** What the streams of others are to the page. */
  #wanted(): ReadonlyMap<ProducerId, Wanted> {
    const { session, others, pictures } = this.#watched;
    const settled = !session()?.former;
    return wantedOf(others(), picture => (settled ? pictures.areaOf(picture) : 0));
  }
}
