import {
  areSpeakersDue,
  hear,
  isSilent,
  nothingSaid,
  type ParticipantId,
  quietest,
  type SaidSpeakers,
  type Speaker,
  type Speech,
  silence,
  speakersOf,
} from '@parley/protocol';
import type { types } from 'mediasoup';
import type { RoomRouter } from './room-router.ts';
import { type Shareable, SharedMap } from './shared-map.ts';

/**
 * How often a worker says how loud its microphones are, in ms: as often as mediasoup does. It takes ten packets to measure one, which is
 * 200 ms of sound.
 */
const measureMs = 250;
/** Of how many, the loudest first. */
const measured = 24;

/** The loudness of each who is not quiet, in dBov. */
export type Volumes = ReadonlyMap<ParticipantId, number>;

export interface VoicesHandlers {
  /** Who speaks, at each change and repeatedly while anybody does. */
  speakers(speakers: readonly Speaker[]): void;
  /** How loud everyone is who is not quiet, several times a second while anybody is not; `now`: in ms. */
  volumes(volumes: Volumes, now: number): void;
}

interface Ear extends Shareable {
  readonly observer: types.AudioLevelObserver;
}

/**
 * Hears how loud those in a room are, where their microphones come in and not where pipes lead. Nothing of the media waits for it: a
 * microphone that cannot be measured is silent.
 */
export class Voices {
  readonly #handlers: VoicesHandlers;
  readonly #ears = new SharedMap<RoomRouter, Ear>();
  readonly #volumes = new Map<RoomRouter, Volumes>();
  readonly #owners = new WeakMap<types.Producer, ParticipantId>();
  #speech: Speech = silence;
  #said: SaidSpeakers = nothingSaid;
  #next: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(handlers: VoicesHandlers) {
    this.#handlers = handlers;
  }

  /** Listens to a microphone until it is closed; paused ones are silent. */
  add(producer: types.Producer, home: RoomRouter, participant: ParticipantId): void {
    this.#owners.set(producer, participant);
    this.#listen(producer, home).catch(() => {});
  }

  /** Says that nobody speaks any more, if somebody did. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#next);
    if (this.#said.speakers.length > 0) this.#handlers.speakers([]);
  }

  async #listen(producer: types.Producer, home: RoomRouter): Promise<void> {
    const ear = await this.#ears.use(home, () => this.#openEar(home));
    producer.observer.once('close', ear.release);
    if (producer.closed) ear.release();
    else await ear.value.observer.addProducer({ producerId: producer.id });
  }

  async #openEar(router: RoomRouter): Promise<Ear> {
    const options = { interval: measureMs, threshold: quietest, maxEntries: measured };
    const observer = await (await router.made).createAudioLevelObserver(options);
    const heard = (volumes: types.AudioLevelObserverVolume[]) => {
      this.#volumes.set(router, new Map(volumes.flatMap(each => this.#named(each))));
      this.#look();
    };
    const quiet = () => {
      this.#volumes.delete(router);
    };
    observer.on('volumes', heard);
    observer.on('silence', quiet);
    observer.observer.once('close', quiet);
    return { observer, close: () => observer.close(), isClosed: () => observer.closed };
  }

  #named({ producer, volume }: types.AudioLevelObserverVolume): [ParticipantId, number][] {
    const participant = this.#owners.get(producer);
    // It may have been paused since it was measured.
    return participant === undefined || producer.paused ? [] : [[participant, volume]];
  }

  #look(): void {
    if (this.#closed) return;
    const now = performance.now();
    const volumes = new Map([...this.#volumes.values()].flatMap(each => [...each]));
    this.#handlers.volumes(volumes, now);
    this.#speech = hear(this.#speech, volumes, now);
    const speakers = speakersOf(this.#speech);
    if (areSpeakersDue(this.#said, speakers, now)) {
      this.#said = { speakers, at: now };
      this.#handlers.speakers(speakers);
    }
    const over = isSilent(this.#speech) && this.#said.speakers.length === 0;
    clearTimeout(this.#next);
    // Workers say nothing while it is silent, and all that was heard has to fade.
    this.#next = over ? undefined : setTimeout(() => this.#look(), measureMs).unref();
  }
}
