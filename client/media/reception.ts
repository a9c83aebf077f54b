import type { Participant, Producer, ProducerId } from '@parley/protocol';
import type { SendRequest } from '../connection/connection.ts';
import { type Owner, ownersOf } from '../room/lookups.ts';
import { type Generations, hasMoved, producersOf, shownOf } from '../room/moving.ts';
import { Arrivals } from './arrivals.ts';
import type { Receiver } from './link.ts';
import { Subscriptions } from './subscriptions.ts';

/** What the others send, received over the link to the room's media and, while the room moves, over the former link too. */
export class Reception {
  readonly #request: SendRequest;
  readonly #changed: () => void;
  readonly #areaOf: (picture: Owner) => number | undefined;
  readonly #arrivals: Arrivals;
  #owners: ReadonlyMap<ProducerId, Owner> = new Map();
  #current: Subscriptions;
  #former: Subscriptions | undefined;

  /**
   * `changed` is called when tracks came, or when something can be shown now. `areaOf` says on how many pixels of the screen a picture is
   * shown; 0: it is out of sight, undefined: the page did not say.
   */
  constructor(
    request: SendRequest,
    changed: () => void,
    areaOf: (picture: Owner) => number | undefined = () => Number.POSITIVE_INFINITY,
  ) {
    this.#request = request;
    this.#changed = changed;
    this.#areaOf = areaOf;
    this.#arrivals = new Arrivals(changed);
    this.#current = this.#make();
  }

  /** Receives what these send. */
  want(others: readonly Participant[], room: Generations): void {
    this.#owners = ownersOf(others);
    const current = producersOf(others, room, room.generation);
    this.#current.want(current);
    this.#former?.want(producersOf(others, room, room.former));
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

  track(producer: ProducerId): MediaStreamTrack | undefined {
    return this.#current.track(producer) ?? this.#former?.track(producer);
  }

  /** What to show of these. */
  shown(others: readonly Participant[], room: Generations): readonly Participant[] {
    return shownOf(others, room, this.#hasArrived);
  }

  /** Whether nothing of the former media is needed any more to show these. */
  hasMoved(others: readonly Participant[], room: Generations): boolean {
    return !this.#former || hasMoved(others, room, this.#hasArrived);
  }

  /** As `Subscriptions.received`: over the link, and over the former one. */
  received() {
    return { current: this.#current.received(), former: this.#former?.received() ?? [] };
  }

  /** What is paused, or out of sight, has nothing that could arrive. Without the former media there is nothing to wait with. */
  #hasArrived = ({ id, kind, paused }: Producer): boolean => {
    if (!this.#former) return true;
    const consumer = this.#current.consumer(id);
    const silent = paused || (kind === 'video' && !this.#area(id));
    return this.#current.cannotHave(id) || (silent && consumer !== undefined) || this.#arrivals.has(consumer);
  };

  #area = (id: ProducerId): number | undefined => {
    const owner = this.#owners.get(id);
    return owner ? this.#areaOf(owner) : Number.POSITIVE_INFINITY;
  };

  #make(): Subscriptions {
    const changed = () => {
      this.#look();
      this.#changed();
    };
    return new Subscriptions(this.#request, changed, this.#area);
  }

  #look(): void {
    if (this.#former) this.#arrivals.watch(this.#current.consumers());
  }
}
