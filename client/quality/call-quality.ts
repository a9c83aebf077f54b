import { type Network, networksLeaseMs, type ParticipantId } from '@parley/protocol';
import { between } from '../stats/quality-report.ts';
import type { Sample } from '../stats/sample.ts';
import { Listeners } from '../store.ts';
import type { Quality, QualitySnapshot } from '../types.ts';
import { assess } from './assess.ts';
import { good, type Seen } from './levels.ts';
import { fullLadders, type Ladders, type Reduced, reduce, reducedOf } from './reduction.ts';
import { type Steady, steady, steadyGood } from './steady.ts';

/** How often it is looked, in ms. */
export const lookMs = 2_000;

const unreduced = reducedOf(fullLadders);
const nothing: QualitySnapshot = {
  own: good,
  participants: new Map(),
  relayed: false,
  reduced: { ...unreduced, allowed: true },
};

export interface CallQualityOptions {
  /** Looks at all transports; undefined: it cannot be said how the call goes now. */
  sample(): Promise<Sample | undefined>;
  /** Oneself, and the others who are connected. */
  people(): { self: ParticipantId | undefined; others: readonly ParticipantId[] };
  /** Nobody looks at the page, so that nothing need be shown, and pictures are not received. */
  hidden(): boolean;
  /** Receives and sends no more than this from now on. It is said again with each look, for what is sent anew. */
  apply(reduced: Reduced): void;
  /** Whether the call may be reduced. */
  allowed: boolean;
}

/** How good the call is, why, and what is left out to keep it going on a bad network. */
export class CallQuality implements Quality {
  readonly #options: CallQualityOptions;
  readonly #listeners = new Listeners();
  #snapshot: QualitySnapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #before: Sample | undefined;
  #networks: { told: readonly Network[]; at: number } = { told: [], at: 0 };
  #uplink: Network['level'] | undefined;
  #own = steadyGood;
  #people = new Map<ParticipantId, Steady>();
  #ladders: Ladders = fullLadders;

  constructor(options: CallQualityOptions) {
    this.#options = options;
    this.#snapshot = { ...nothing, reduced: { ...unreduced, allowed: options.allowed } };
  }

  snapshot = (): QualitySnapshot => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => this.#listeners.add(listener);

  reduce(allowed: boolean): void {
    this.#ladders = fullLadders;
    this.#show({ reduced: { ...unreduced, allowed } });
    this.#options.apply(unreduced);
  }

  /** The server says whose network is bad. It says it again before this ends. */
  take(networks: readonly Network[], now = performance.now()): void {
    this.#networks = { told: networks, at: now };
  }

  /** Looks from now on. */
  start(): void {
    this.#timer ??= setTimeout(() => void this.#run(), lookMs);
  }

  /** The call is over: forgets everything. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#before = undefined;
    this.#people.clear();
    this.#own = steadyGood;
    this.#ladders = fullLadders;
    this.#show({
      own: good,
      participants: nothing.participants,
      relayed: false,
      reduced: { ...unreduced, allowed: this.#snapshot.reduced.allowed },
    });
  }

  async #run(): Promise<void> {
    const timer = this.#timer;
    // One that fails says nothing; what came before it may be of other streams.
    const sample = this.#options.hidden() ? undefined : await this.#options.sample().catch(() => undefined);
    if (timer !== this.#timer || timer === undefined) return;
    this.#look(sample);
    this.#timer = setTimeout(() => void this.#run(), lookMs);
  }

  #look(now: Sample | undefined): void {
    const before = this.#before;
    this.#before = now;
    const paths = now?.paths ?? [];
    if (paths.length > 0)
      this.#show({ relayed: paths.some(({ candidateType }) => candidateType === 'relay') });
    // After a page slept, what came meanwhile says nothing of now.
    if (!before || !now || now.at - before.at > 3 * lookMs) return;
    const sample = between(before, now);
    const networks = now.at - this.#networks.at < networksLeaseMs ? this.#networks.told : [];
    const { self, others } = this.#options.people();
    const { own, uplink, participants } = assess(sample, self, networks, this.#uplink);
    this.#uplink = uplink;
    this.#own = steady(this.#own, own);
    this.#people = new Map(
      others.map(id => [id, steady(this.#people.get(id) ?? steadyGood, participants.get(id) ?? good)]),
    );
    this.#show({ own: this.#own.shown, participants: this.#shown() });
    if (!this.#snapshot.reduced.allowed) return;
    const named = new Map(networks.map(({ participantId, level }) => [participantId, level]));
    this.#ladders = reduce(this.#ladders, sample, named);
    const reduced = reducedOf(this.#ladders);
    this.#show({ reduced: { ...reduced, allowed: true } });
    this.#options.apply(reduced);
  }

  /** The same map as before if nothing in it is different. Who is good is not in it. */
  #shown(): ReadonlyMap<ParticipantId, Seen> {
    const shown = new Map(
      [...this.#people].flatMap(([id, { shown: one }]) => (one === good ? [] : [[id, one]])),
    );
    const { participants } = this.#snapshot;
    const same =
      shown.size === participants.size && [...shown].every(([id, one]) => participants.get(id) === one);
    return same ? participants : shown;
  }

  #show(parts: Partial<QualitySnapshot>): void {
    const before = this.#snapshot;
    const next = { ...before, ...parts };
    const { receive, send, allowed } = before.reduced;
    const sameReduced =
      next.reduced.receive === receive && next.reduced.send === send && next.reduced.allowed === allowed;
    if (sameReduced) next.reduced = before.reduced;
    const { own, participants, relayed } = before;
    if (sameReduced && next.own === own && next.participants === participants && next.relayed === relayed)
      return;
    this.#snapshot = next;
    this.#listeners.tell();
  }
}
