import {
  type Carrier,
  type ReadyPlacement,
  RefusalError,
  type SfuInstance,
  type SfuPlace,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Metrics } from '../metrics.ts';
import type { NewMedia } from '../state/room-branches.ts';
import { carriersOf, type MediaPlaces, placedOn } from '../state/room-moves.ts';
import type { RoomState } from '../state/room-state.ts';
import { type Candidate, chooseSfu } from './choose-sfu.ts';
import { formerTimeoutMs, type Moves } from './moves.ts';
import { openingOf } from './placements.ts';
import type { SfuClient } from './sfu-client.ts';

/** How a step went: `again`: all of it is to be looked at once more; `not_placed`: the room is placed elsewhere by now. */
export type Step = 'done' | 'again' | 'not_placed';

/** How it stands with the media that an SFU is to carry. */
interface Look {
  readonly carrier: Carrier;
  /** `leaves`: it flows where the room is not placed any more. `unknown`: its SFU is there, and does not answer. */
  readonly state: 'there' | 'leaves' | 'gone' | 'unknown';
  readonly error?: unknown;
}

/** Looks after rooms that several SFUs carry. */
export class Branches {
  readonly #sfu: SfuClient;
  readonly #state: RoomState;
  readonly #moves: Moves;
  readonly #deadlineMs: number;
  readonly #metrics: Metrics;
  readonly #log: Logger;

  constructor(of: {
    sfu: SfuClient;
    state: RoomState;
    moves: Moves;
    /** How long a move may take. */
    deadlineMs: number;
    metrics: Metrics;
    log: Logger;
  }) {
    this.#sfu = of.sfu;
    this.#state = of.state;
    this.#moves = of.moves;
    this.#deadlineMs = of.deadlineMs;
    this.#metrics = of.metrics;
    this.#log = of.log;
  }

  /** The SFU for somebody who can be on any but those that are `silent`. @throws RefusalError `unavailable` without Redis. */
  async choose(
    placement: ReadyPlacement,
    seen: MediaPlaces,
    silent: ReadonlySet<SfuInstance> = new Set(),
  ): Promise<SfuPlace> {
    const carriers = carriersOf(seen);
    const carries = (sfu: SfuPlace) => carriers.some(each => each.sfu.instance === sfu.instance);
    const [first, ...others] = placedOn(placement)
      .filter(({ instance }) => !silent.has(instance))
      .toSorted((one, other) => +carries(other) - +carries(one));
    // What a move is just leaving has to end before it can begin anew.
    const rest = others.filter(({ instance }) => instance !== seen.former?.sfu.instance);
    if (!first || rest.length === 0) return first ?? placement.sfu;
    const [counts, ...registrations] = await Promise.all([
      this.#state.branches.countPeople(placement),
      ...[first, ...rest].map(sfu => this.#state.moves.registrationOf(sfu)),
    ]);
    const candidate = (sfu: SfuPlace, order: number): Candidate => {
      const generation = carriers.find(each => each.sfu.instance === sfu.instance)?.generation;
      const people = (generation && counts.get(generation)) ?? 0;
      return { sfu, registration: registrations[order], people };
    };
    return chooseSfu([candidate(first, 0), ...rest.map((sfu, order) => candidate(sfu, order + 1))]);
  }

  /** Makes `opened`, which is on an SFU that did not carry the room, a branch of it. */
  async add(
    placement: ReadyPlacement,
    seen: MediaPlaces,
    opened: Carrier,
  ): Promise<'added' | 'again' | 'not_placed'> {
    if (seen.former?.generation === opened.generation) {
      // What was there is closed now: those who do not know yet that it ended would take it for new media.
      await this.#moves.end(placement, seen.former, 'now');
      return 'again';
    }
    const [main, ...branches] = carriersOf(seen);
    if (!seen.sfu || !main) return 'again';
    const step = await this.#change(placement, seen, { main, branches: [...branches, opened] });
    if (step !== 'done') return step;
    this.#count(placement, 'opened', opened);
    return 'added';
  }

  /**
   * Looks at all media of a room on several SFUs, once: what is gone is taken from the state, then what flows where the room is not placed
   * any more is left. `settled`: all is as it should be. `waiting`: it will be, once the move that is under way is over. `none`: nothing is left.
   *
   * @throws RefusalError `unavailable` if an SFU that should carry the room does not answer.
   */
  async settle(
    placement: ReadyPlacement,
    seen: MediaPlaces,
  ): Promise<'settled' | 'waiting' | 'none' | 'again' | 'not_placed'> {
    const looks = await Promise.all(carriersOf(seen).map(carrier => this.#look(placement, carrier)));
    const those = (wanted: Look['state']) =>
      looks.flatMap(({ state, carrier }) => (state === wanted ? [carrier] : []));
    const [gone, there, leaving, unknown] = [
      those('gone'),
      those('there'),
      those('leaves'),
      those('unknown'),
    ];
    if (gone.length === looks.length) return 'none';
    if (gone.length > 0) return this.#drop(placement, seen, gone, [...there, ...unknown, ...leaving]);
    const [from] = leaving;
    const silent = new Set(unknown.map(({ sfu }) => sfu.instance));
    if (from) return seen.former ? 'waiting' : this.#leave(placement, seen, { from, there, silent });
    for (const { state, error } of looks) if (state === 'unknown') throw error;
    return 'settled';
  }

  async #look(placement: ReadyPlacement, carrier: Carrier): Promise<Look> {
    const { generation, sfu } = carrier;
    if (!placedOn(placement).some(({ instance }) => instance === sfu.instance)) {
      return { carrier, state: (await this.#moves.lives(placement.uid, carrier)) ? 'leaves' : 'gone' };
    }
    try {
      const target = { controlUrl: sfu.controlUrl, timeoutMs: formerTimeoutMs };
      const opened = await this.#sfu.call(target, 'openRoom', { room: placement.uid }, openingOf(placement));
      if (opened.generation !== generation) return { carrier, state: 'gone' };
      await this.#state.moves.lose(placement, generation, opened.lost);
      return { carrier, state: 'there' };
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const registered = await this.#state.moves.registrationOf(sfu);
      return registered ? { carrier, state: 'unknown', error } : { carrier, state: 'gone' };
    }
  }

  /** Takes media that is gone from the state; where it was the main one, another becomes that. */
  async #drop(
    placement: ReadyPlacement,
    seen: MediaPlaces,
    gone: Carrier[],
    left: Carrier[],
  ): Promise<'again' | 'not_placed'> {
    const main = mainOf(placement, seen, left);
    if (!main) return 'again';
    const step = await this.#change(placement, seen, { main, branches: without(left, main) });
    if (step === 'not_placed') return step;
    if (step === 'done') for (const carrier of gone) this.#count(placement, 'lost', carrier);
    return 'again';
  }

  /** Begins to move the people of one SFU to those where the room is placed, but to none that does not answer. */
  async #leave(
    placement: ReadyPlacement,
    seen: MediaPlaces,
    { from, there, silent }: { from: Carrier; there: Carrier[]; silent: ReadonlySet<SfuInstance> },
  ): Promise<'again' | 'not_placed'> {
    const sfu = await this.choose(placement, seen, silent);
    const goal = there.find(each => each.sfu.instance === sfu.instance) ?? (await this.#open(placement, sfu));
    const stay = without(carriersOf(seen), from);
    const all = stay.some(({ generation }) => generation === goal.generation) ? stay : [...stay, goal];
    const main = mainOf(placement, seen, from.generation === seen.generation ? [...there, goal] : all);
    if (!main) return 'again';
    const move = { from, deadlineMs: this.#deadlineMs, to: goal.generation };
    const outcome = await this.#state.branches.change(placement, seen, {
      main,
      branches: without(all, main),
      move,
    });
    if (outcome === 'stale') return 'again';
    if (outcome === 'not_placed') return outcome;
    if (outcome === 'moved') this.#moves.begun(placement, from, goal);
    else await this.#moves.close(placement.uid, from);
    this.#count(placement, 'left', from);
    return 'again';
  }

  async #open(placement: ReadyPlacement, sfu: SfuPlace): Promise<Carrier> {
    const target = { controlUrl: sfu.controlUrl };
    const { generation } = await this.#sfu.call(
      target,
      'openRoom',
      { room: placement.uid },
      openingOf(placement),
    );
    return { generation, sfu };
  }

  async #change(placement: ReadyPlacement, seen: MediaPlaces, media: NewMedia): Promise<Step> {
    const outcome = await this.#state.branches.change(placement, seen, media);
    if (outcome === 'not_placed') return outcome;
    return outcome === 'stale' ? 'again' : 'done';
  }

  #count({ key, uid }: ReadyPlacement, step: 'opened' | 'lost' | 'left', { generation, sfu }: Carrier): void {
    this.#metrics.branches.inc({ step });
    const words = {
      opened: 'began to carry',
      lost: 'carries no more, as it was lost,',
      left: 'is to carry no more',
    };
    this.#log.info({ room: key, uid, sfu: sfu.pod, generation }, `an SFU of several ${words[step]} the room`);
  }
}

/** Which media is to be the main one: that which is, else that where the room is placed first. */
function mainOf(
  placement: ReadyPlacement,
  seen: MediaPlaces,
  among: readonly Carrier[],
): Carrier | undefined {
  const is = among.find(({ generation }) => generation === seen.generation);
  return is ?? among.find(({ sfu }) => sfu.instance === placement.sfu.instance) ?? among[0];
}

function without(carriers: readonly Carrier[], one: Carrier): Carrier[] {
  return carriers.filter(({ generation }) => generation !== one.generation);
}
