import type { ParticipantId } from '@parley/protocol';
import type { types } from 'mediasoup';
import { admit, givePlaces, type Place } from './places.ts';
import type { Valve } from './valve.ts';
import type { Volumes } from './voices.ts';

/**
 * Lets the loudest microphones of a room through, and no others. It acts where a microphone is sent on to a router, so that what a change
 * costs does not grow with those who listen.
 */
export class LoudestGate {
  readonly #valves = new Map<ParticipantId, Set<Valve>>();
  readonly #microphones = new Map<ParticipantId, number>();
  #most: number;
  #places: readonly Place[] = [];

  /** @param most how many are let through at a time. */
  constructor(most: number) {
    this.#most = most;
  }

  get most(): number {
    return this.#most;
  }

  set most(most: number) {
    this.#most = most;
    this.hear(new Map(), performance.now());
  }

  /** Somebody has a microphone until it is closed. */
  add(producer: types.Producer, participant: ParticipantId): void {
    if (producer.closed) return;
    this.#microphones.set(participant, (this.#microphones.get(participant) ?? 0) + 1);
    this.#give(this.#places);
    producer.observer.once('close', () => this.#remove(participant));
  }

  /** A microphone of theirs is sent on through this valve, until the consumer is closed. */
  guard(participant: ParticipantId, valve: Valve, { observer, closed }: types.Consumer): void {
    if (closed) return;
    const valves = this.#valves.get(participant) ?? new Set();
    this.#valves.set(participant, valves.add(valve));
    observer.once('close', () => {
      valves.delete(valve);
      if (valves.size === 0 && this.#valves.get(participant) === valves) this.#valves.delete(participant);
    });
    valve.set('not loud', !this.#places.some(({ id }) => id === participant));
  }

  /** Everyone is as loud as that, and those who are missing are silent. `now`: in ms. */
  hear(volumes: Volumes, now: number): void {
    // Whose microphone was closed since it was measured has no place.
    const there = new Map([...volumes].filter(([id]) => this.#microphones.has(id)));
    this.#give(givePlaces(this.#places, there, this.#most, now));
  }

  #remove(participant: ParticipantId): void {
    const left = (this.#microphones.get(participant) ?? 0) - 1;
    if (left > 0) {
      this.#microphones.set(participant, left);
      return;
    }
    this.#microphones.delete(participant);
    this.#give(this.#places.filter(({ id }) => id !== participant));
  }

  /** Lets these through and, where places are free, others before they speak. */
  #give(given: readonly Place[]): void {
    let places = given;
    for (const id of this.#microphones.keys()) {
      if (places.length >= this.#most) break;
      places = admit(places, id, this.#most);
    }
    const before = new Set(this.#places.map(({ id }) => id));
    const now = new Set(places.map(({ id }) => id));
    this.#places = places;
    for (const id of before) if (!now.has(id)) this.#set(id, true);
    for (const id of now) if (!before.has(id)) this.#set(id, false);
  }

  #set(participant: ParticipantId, shut: boolean): void {
    for (const valve of this.#valves.get(participant) ?? []) valve.set('not loud', shut);
  }
}
