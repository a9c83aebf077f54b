import {
  areSpeakersDue,
  type DirectLinkId,
  hear,
  type IceServer,
  type MediaSource,
  nothingSaid,
  type Participant,
  type ParticipantId,
  type ProducerId,
  RefusalError,
  type RoomSnapshot,
  type Speaker,
  silence,
  speakersOf,
} from '@parley/protocol';
import type { Signals } from '../connection/signals.ts';
import { findParticipant, type Owner } from '../room/lookups.ts';
import type { Side } from '../stats/sample.ts';
import type { SentMedia, VideoCodec } from '../types.ts';
import { randomUuid } from '../uuid.ts';
import { type Held, hold } from './held.ts';
import { DirectLink } from './link.ts';
import { type Pair, pairOf } from './pair.ts';
import type { Scene } from './scene.ts';
import { addressServersOf } from './servers.ts';
import { volumesOf } from './volumes.ts';

/** Two are alone for so long, in ms, before they look for a direct way: those who come together come one after the other. */
const settleMs = 1_000;
/** Between attempts that fail in a row, in ms. */
const pausesMs = [3_000, 15_000, 60_000, 300_000] as const;
/** A link that worked for so long, in ms, was a good one. */
const goodMs = 60_000;

/** What direct media knows of the call and does to it. */
export interface DirectOptions {
  videoCodec: VideoCodec;
  signals: Pick<Signals, 'send' | 'listen'>;
  room(): RoomSnapshot | undefined;
  self(): ParticipantId | undefined;
  /** Of the media session; undefined while there is none, or no connection to signaling. */
  iceServers(): readonly IceServer[] | undefined;
  sent(): Iterable<readonly [MediaSource, SentMedia]>;
  isSeen(picture: Owner): boolean;
  consumer: Scene['consumer'];
  /** Something is shown otherwise, or goes another way. */
  changed(): void;
  /** Who speaks, while nobody else can say it. */
  speakers(speakers: Speaker[]): void;
}

/** Has the media of two who are alone in a room go directly between them, as long as that works. */
export class Direct {
  readonly #options: DirectOptions;
  #link: DirectLink | undefined;
  /** Who one was when the link began. */
  #self: ParticipantId | undefined;
  #pair: Pair | undefined;
  #held: Held | undefined;
  #failures = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #speech = silence;
  #saidSpeakers = nothingSaid;
  #changing = false;
  #closed = false;

  constructor(options: DirectOptions) {
    this.#options = options;
    options.signals.listen('direct', (from, signal) => {
      if (this.#closed) return;
      const { step, link } = signal;
      if (this.#link?.id === link && this.#link.other === from) this.#link.take(signal);
      else if (step === 'description' && signal.description.type === 'offer')
        this.#answer(from, link, signal);
    });
  }

  /** How pictures and sound travel now. */
  get path(): 'sfu' | 'direct' {
    return this.#link?.carriesAll ? 'direct' : 'sfu';
  }

  covers = (id: ProducerId): boolean => this.#link?.covers(id) ?? false;

  track = (id: ProducerId): MediaStreamTrack | undefined => this.#link?.track(id);

  /** The others, with what one of them sends directly though the SFU has lost it. */
  complete(others: readonly Participant[]): readonly Participant[] {
    const [link, kept = []] = [this.#link, this.#held?.kept];
    if (!link || kept.length === 0) return others;
    return others.map(one =>
      one.id === link.other ? { ...one, producers: [...one.producers, ...kept] } : one,
    );
  }

  /** For the call's stats. */
  get side(): Side {
    const link = this.#link;
    return {
      link: link && {
        generation: link.id as string as RoomSnapshot['generation'],
        stats: () => link.stats(),
      },
      received: link?.received ?? [],
      via: 'direct',
      isElsewhere: id => !this.covers(id),
    };
  }

  /** Something of the call may be otherwise. */
  look(): void {
    if (this.#closed) return;
    const { room, self } = this.#options;
    const known = this.#link?.state === 'ending' ? undefined : this.#link?.other;
    const pair = pairOf(room(), self(), known);
    if (pair?.other !== this.#pair?.other) this.#reset();
    this.#pair = pair;
    const link = this.#link;
    if (link) {
      this.#hold(link.other);
      if (!this.#held || self() !== this.#self) link.close();
      else {
        if (pair?.other !== link.other) link.end('unwanted');
        link.look(this.#scene(link.other));
      }
    } else if (pair?.begins && this.#waiting === undefined) this.#beginLater(this.#pauseMs);
  }

  /** The client may be on another network, where there may be a way. */
  networkChanged(): void {
    if (this.#failures > 0) this.#reset();
    this.look();
  }

  /** The call is over. */
  close(): void {
    if (this.#closed) return;
    // First, so that the link's end begins nothing anew.
    this.#closed = true;
    this.#reset();
    this.#link?.close();
  }

  #reset(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#failures = 0;
  }

  get #pauseMs(): number {
    if (this.#failures === 0) return settleMs;
    const ms = pausesMs[Math.min(this.#failures, pausesMs.length) - 1] ?? settleMs;
    return ms * (1 + Math.random() / 2);
  }

  #beginLater(ms: number): void {
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined;
      const pair = this.#pair;
      if (!pair?.begins || this.#link) return;
      const link = this.#open(pair.other, randomUuid() as DirectLinkId);
      if (link) link.begin();
      else this.#beginLater(settleMs);
    }, ms);
  }

  #answer(from: ParticipantId, id: DirectLinkId, signal: Parameters<DirectLink['take']>[0]): void {
    const pair = this.#pair;
    if (pair?.other !== from || pair.begins) return;
    // They have given up what there was.
    this.#link?.close();
    this.#open(from, id)?.take(signal);
  }

  #open(other: ParticipantId, id: DirectLinkId): DirectLink | undefined {
    const { iceServers, signals, videoCodec } = this.#options;
    const servers = iceServers();
    if (!servers) return undefined;
    this.#hold(other);
    const link: DirectLink = new DirectLink(
      { id, other },
      { iceServers: addressServersOf(servers), videoCodec },
      this.#scene(other),
      {
        tell: async signal => {
          try {
            await signals.send(other, signal);
          } catch (error) {
            // Not in this room, or not any more.
            if (error instanceof RefusalError && error.code === 'forbidden') {
              this.#failures = pausesMs.length;
              link.end('failed');
            }
            throw error;
          }
        },
        changed: () => this.#changed(),
        measure: report => this.#measure(link, report),
        closed: failed => this.#over(link, failed),
      },
    );
    this.#link = link;
    this.#self = this.#options.self();
    return link;
  }

  #over(link: DirectLink, failed: boolean): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#held = undefined;
    this.#speech = silence;
    this.#saidSpeakers = nothingSaid;
    // What worked for long is not what fails again and again.
    if (link.upMs >= goodMs) this.#failures = 0;
    if (failed) this.#failures++;
    this.#changed();
    this.look();
  }

  /** Once for all that happens in a row. */
  #changed(): void {
    if (this.#changing) return;
    this.#changing = true;
    queueMicrotask(() => {
      this.#changing = false;
      if (!this.#closed) this.#options.changed();
    });
  }

  #hold(other: ParticipantId): void {
    const room = this.#options.room();
    const participant = findParticipant(room, other);
    this.#held = room && participant && hold(this.#held, room.generation, participant, performance.now());
  }

  #scene(other: ParticipantId): Scene {
    const { room, self, sent, isSeen, consumer } = this.#options;
    const { producers = [], kept = [] } = this.#held ?? {};
    const snapshot = room();
    return {
      theirs: [...producers, ...kept],
      own: findParticipant(snapshot, self())?.producers ?? [],
      sent: new Map(sent()),
      isSeen: source => isSeen({ participantId: other, source }),
      consumer,
      otherConnected: findParticipant(snapshot, other)?.connected ?? false,
    };
  }

  /** What goes past the SFU, it cannot hear. */
  #measure(link: DirectLink, report: RTCStatsReport): void {
    const { self, sent, speakers } = this.#options;
    const id = self();
    if (this.path !== 'direct' || id === undefined) {
      this.#speech = silence;
      return;
    }
    const own = new Map(sent()).get('microphone');
    const isOn = this.#scene(link.other).theirs.some(one => one.source === 'microphone' && !one.paused);
    const now = performance.now();
    const volumes = volumesOf(
      { id, track: own?.paused ? undefined : own?.track },
      { id: link.other, receiver: isOn ? link.receiver('microphone') : undefined },
      report,
    );
    this.#speech = hear(this.#speech, volumes, now);
    const list = speakersOf(this.#speech);
    if (!areSpeakersDue(this.#saidSpeakers, list, now)) return;
    this.#saidSpeakers = { speakers: list, at: now };
    speakers(list);
  }
}
