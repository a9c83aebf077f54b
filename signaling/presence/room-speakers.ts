import {
  areSpeakersDue,
  type MediaGeneration,
  nothingSaid,
  type RoomUid,
  redisChannels,
  type SaidSpeakers,
  type Speaker,
  SpeakersOf,
  speakersPeriodMs,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import { type Heard, mergeSpeakers } from './speaker-merge.ts';

/** SFUs of one room that are listened to at most. */
const maxSfus = 64;

interface Listening {
  readonly uid: RoomUid;
  readonly heard: Map<MediaGeneration, Heard>;
  said: SaidSpeakers;
  next: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Hears from the SFUs who speaks in the rooms of this replica, and says so to its own people there. What is lost is said again, or ends by
 * itself; nothing of it is kept.
 */
export class RoomSpeakers {
  readonly #subscriber: RedisClient;
  readonly #say: (uid: RoomUid, speakers: Speaker[]) => void;
  readonly #log: Logger;
  readonly #rooms = new Map<string, Listening>();

  constructor(of: {
    subscriber: RedisClient;
    say: (uid: RoomUid, speakers: Speaker[]) => void;
    log: Logger;
  }) {
    this.#subscriber = of.subscriber;
    this.#say = of.say;
    this.#log = of.log;
    of.subscriber.on('message', (channel: string, message: string) => this.#hear(channel, message));
  }

  /** Somebody is in this room from now on. */
  opened(uid: RoomUid): void {
    const channel = redisChannels.speakers(uid);
    this.#rooms.set(channel, { uid, heard: new Map(), said: nothingSaid, next: undefined });
    // The connection subscribes again by itself, whenever it is made anew.
    this.#subscriber.subscribe(channel).catch(() => {});
  }

  /** Nobody is in it any more. */
  closed(uid: RoomUid): void {
    const channel = redisChannels.speakers(uid);
    clearTimeout(this.#rooms.get(channel)?.next);
    this.#rooms.delete(channel);
    this.#subscriber.unsubscribe(channel).catch(() => {});
  }

  #hear(channel: string, message: string): void {
    const room = this.#rooms.get(channel);
    if (!room) return;
    const told = readMessage(message);
    if (!told) {
      this.#log.debug({ uid: room.uid }, 'what an SFU says of who speaks makes no sense');
      return;
    }
    const { generation, speakers } = told;
    // Anew, so that the one that was not heard for longest comes first.
    room.heard.delete(generation);
    if (speakers.length > 0) room.heard.set(generation, { speakers, at: performance.now() });
    const [oldest] = room.heard.keys();
    if (room.heard.size > maxSfus && oldest !== undefined) room.heard.delete(oldest);
    this.#look(room);
  }

  #look(room: Listening): void {
    const now = performance.now();
    const speakers = mergeSpeakers(room.heard, room.said.speakers[0]?.participantId, now);
    if (areSpeakersDue(room.said, speakers, now)) {
      room.said = { speakers, at: now };
      this.#say(room.uid, speakers);
    }
    clearTimeout(room.next);
    const over = speakers.length === 0 && room.said.speakers.length === 0;
    room.next = over ? undefined : setTimeout(() => this.#look(room), speakersPeriodMs).unref();
  }
}

function readMessage(message: string): SpeakersOf | undefined {
  try {
    return SpeakersOf.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
