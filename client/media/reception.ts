import type { Participant, Producer, ProducerId } from '@parley/protocol';
import type { types } from 'mediasoup-client';
import type { SendRequest } from '../connection/connection.ts';
import { type Owner, ownersOf } from '../room/lookups.ts';
import { type Generations, hasMoved, isFormer, producersOf, shownOf } from '../room/moving.ts';
import { Arrivals } from './arrivals.ts';
import type { Receiver } from './link.ts';
import { Subscriptions } from './subscriptions.ts';

/** Another way than through an SFU. */
export interface Elsewhere {
  /** Whether nothing of a producer is wanted from the SFU. */
  covers(id: ProducerId): boolean;
  /** What comes that way, if it is what is to be shown. */
  track(id: ProducerId): MediaStreamTrack | undefined;
}

/**
 * What the others send, received over the link to the room's media and, while the room moves, over the former link too. Who is on an SFU
 * that stays while another is left has one link, over which also that comes which others leave.
 */
export class Reception {
  readonly #request: SendRequest;
  readonly #changed: () => void;
  readonly #areaOf: (picture: Owner) => number | undefined;
  readonly #elsewhere: Elsewhere;
  readonly #arrivals: Arrivals;
  #owners: ReadonlyMap<ProducerId, Owner> = new Map();
  #producers: ReadonlyMap<ProducerId, Producer> = new Map();
  /** Some of what the room leaves comes over the link that stays. */
  #keepsFormer = false;
  #current: Subscriptions;
  #former: Subscriptions | undefined;

  /**
   * `changed` is called when tracks came, or when something can be shown now. `areaOf` says on how many pixels of the screen a picture is
   * shown; 0: it is out of sight, undefined: the page did not say. `elsewhere` is what brings some of it another way.
   */
  constructor(
    request: SendRequest,
    changed: () => void,
    areaOf: (picture: Owner) => number | undefined = () => Number.POSITIVE_INFINITY,
    elsewhere: Elsewhere = { covers: () => false, track: () => undefined },
  ) {
    this.#request = request;
    this.#changed = changed;
    this.#areaOf = areaOf;
    this.#elsewhere = elsewhere;
    this.#arrivals = new Arrivals(changed);
    this.#current = this.#make();
  }

  /** Receives what these send. */
  want(others: readonly Participant[], room: Generations): void {
    this.#owners = ownersOf(others);
    this.#producers = new Map(
      others.flatMap(({ producers }) => producers.map(one => [one.id, one] as const)),
    );
    const { current, former } = producersOf(others, room);
    const held = (ids: Set<ProducerId>, by: Subscriptions) => [...ids].filter(id => by.holds(id));
    const kept = this.#former ? [] : held(former, this.#current);
    const ended = this.#keepsFormer && kept.length === 0;
    this.#keepsFormer = kept.length > 0;
    if (this.#former) this.#former.want(new Set([...former, ...held(current, this.#former)]));
    else if (ended) this.#arrivals.watch([]);
    this.#current.want(new Set([...current, ...kept]));
    this.#look();
  }

  /** Pictures may be shown in other sizes. */
  look(): void {
    this.#current.look();
    this.#former?.look();
  }

  /** Receives over `link` from now on, and over `former` what still comes there. As `Subscriptions.attach`. */
  async attach(link: Receiver | undefined, former: Receiver | undefined): Promise<void> {
    void this.#former?.attach(former);
    await this.#current.attach(link);
  }

  /** The room moves: what is received goes on as it does, beside what the next link brings. */
  moving(): void {
    this.#former = this.#current;
    this.#current = this.#make();
  }

  /** The former link is closed. */
  left(): void {
    this.#former?.want(new Set());
    void this.#former?.attach(undefined);
    this.#former = undefined;
    this.#arrivals.watch([]);
  }

  /** The call is over. */
  clear(): void {
    this.#current.want(new Set());
    this.left();
  }

  /** What is on another SFU comes over both links while the room moves: over the former one until it has arrived. */
  track(id: ProducerId): MediaStreamTrack | undefined {
    const elsewhere = this.#elsewhere.track(id);
    if (elsewhere) return elsewhere;
    const [former, producer] = [this.#former?.track(id), this.#producers.get(id)];
    if (former && !(producer && this.#hasArrived(producer))) return former;
    return this.#current.track(id) ?? former;
  }

  /** How an SFU brings a producer; undefined until it does. */
  consumer(id: ProducerId): types.Consumer | undefined {
    return this.#current.consumer(id) ?? this.#former?.consumer(id);
  }

  /** What to show of these. */
  shown(others: readonly Participant[], room: Generations): readonly Participant[] {
    return shownOf(others, room, this.#hasArrived);
  }

  /** Whether nothing of the former media is needed any more to show these. */
  hasMoved(others: readonly Participant[], room: Generations): boolean {
    if (!this.#waits) return true;
    const needed = others.flatMap(({ producers }) =>
      producers.filter(one => !isFormer(one, room) && this.#former?.holds(one.id)),
    );
    return hasMoved(others, room, this.#hasArrived) && needed.every(this.#hasArrived);
  }

  /** As `Subscriptions.received`: over the link, and over the former one. */
  received() {
    return { current: this.#current.received(), former: this.#former?.received() ?? [] };
  }

  /** What is paused, or out of sight, has nothing that could arrive. Without the former media there is nothing to wait with. */
  #hasArrived = ({ id, kind, paused }: Producer): boolean => {
    if (!this.#waits) return true;
    const consumer = this.#current.consumer(id);
    const silent = paused || this.#elsewhere.covers(id) || (kind === 'video' && !this.#area(id));
    return this.#current.cannotHave(id) || (silent && consumer !== undefined) || this.#arrivals.has(consumer);
  };

  /** Whether there is anything that can be shown while something else has not arrived. */
  get #waits(): boolean {
    return this.#former !== undefined || this.#keepsFormer;
  }

  #area = (id: ProducerId): number | undefined => {
    const owner = this.#owners.get(id);
    return owner ? this.#areaOf(owner) : Number.POSITIVE_INFINITY;
  };

  #make(): Subscriptions {
    const changed = () => {
      this.#look();
      this.#changed();
    };
    return new Subscriptions(this.#request, changed, this.#area, id => this.#elsewhere.covers(id));
  }

  #look(): void {
    if (this.#waits) this.#arrivals.watch(this.#current.consumers());
  }
}
