import { type ReadyPlacement, type RoomKey, RoomUid, roomKey, type SfuPlace } from '@parley/protocol';
import { type Room, RoomSpec } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import { finalizers, rooms } from '../kinds.ts';
import type { Ledger } from '../ledger.ts';
import type { Fleet } from '../pool/fleet.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { Participants } from '../redis/participants.ts';
import type { Placements } from '../redis/placements.ts';
import type { Qualities } from '../redis/qualities.ts';
import type { Registrations } from '../redis/registrations.ts';
import type { SfuLoads } from '../redis/sfu-loads.ts';
import {
  describeError,
  type EventRecorder,
  isStatus,
  type KubeApi,
  mergePatch,
  type Store,
  withFinalizer,
  withoutFinalizer,
  writeStatus,
} from '../runtime/index.ts';
import type { SfuControl } from '../sfu-control.ts';
import { Throttle } from '../throttle.ts';
import { RoomDecider, type RoomVerdict } from './decide.ts';
import { type Decision, toPlacement } from './decision.ts';
import { secondsUntilReady } from './first-ready.ts';
import { gateChangesAt } from './gate.ts';
import { roomHappenings } from './happenings.ts';
import { MoveWatch } from './move-watch.ts';
import type { MoveNews } from './moving.ts';
import type { MovePace } from './pace.ts';
import type { Rebalancer } from './rebalancer.ts';
import type { RoomRelays } from './relays.ts';
import { endingStatus, joinUrl, liveFields, roomStatus } from './status.ts';

export interface RoomReconcilerDeps {
  api: KubeApi;
  log: Logger;
  events: EventRecorder;
  rooms: Store<Room>;
  fleet: Fleet;
  ledger: Ledger;
  redis: Pick<RedisConnection, 'available' | 'problem' | 'run'>;
  registrations: Pick<Registrations, 'known'>;
  loads: Pick<SfuLoads, 'cutOffSince'>;
  participants: Participants;
  /** How many people are in a room, as far as is known. */
  peopleIn: (room: RoomKey) => number;
  pace: MovePace;
  rebalancer: Rebalancer;
  /** For how long a room has to fit on fewer SFUs before it leaves one, in milliseconds. */
  scaleInDelayMs: number;
  /** Is told what is new of a room that moves. */
  onMove: (news: MoveNews) => void;
  /** Is told how long people had to wait until they could join a new room, in seconds. */
  onReady: (seconds: number) => void;
  qualities: Pick<Qualities, 'get'>;
  placements: Placements;
  relays: RoomRelays;
  sfus: SfuControl;
  webUrl: string;
  /** The namespace whose rooms people write without it. */
  roomsNamespace: string;
}

/** How often the number of people in a Room's status changes at most. */
const liveFiguresMs = 10_000;

/** Keeps each Room's placement and status as they should be: a short list of steps that do nothing unless they apply. */
export class RoomReconciler {
  readonly #deps: RoomReconcilerDeps;
  readonly #figures = new Throttle(liveFiguresMs);
  readonly #decider: RoomDecider;
  readonly #moves: MoveWatch;

  constructor(deps: RoomReconcilerDeps) {
    this.#deps = deps;
    this.#decider = new RoomDecider(deps);
    this.#moves = new MoveWatch(deps);
  }

  async reconcile(name: string): Promise<{ againAfterMs?: number } | undefined> {
    const room = this.#deps.rooms.get(name);
    if (!room) return this.#forget(name as RoomKey);
    const key = roomKey(room.metadata.namespace, room.metadata.name);
    if (room.metadata.deletionTimestamp !== undefined) return this.#end(room, key);
    await this.#addFinalizer(room);
    const now = new Date();
    const verdict = this.#decider.decide(room, key, now);
    const equipped = () => this.#equip(room, verdict);
    // Signaling is told first: what is made or removed after that takes its time.
    await this.#project(room, key, equipped());
    const relayMs = await this.#tendRelay(room, verdict);
    // The status would speak of a spec that was not looked at. It is next, as every change is.
    if (!isSameSpec(this.#deps.rooms.get(name), room)) return undefined;
    const figuresMs = await this.#writeStatus(key, { ...verdict, decision: equipped() }, now);
    const idleMs = await this.#endIfIdle(key);
    const { spec } = verdict;
    const changesAt = spec && gateChangesAt(spec, now.getTime());
    const gateMs = changesAt === undefined ? undefined : changesAt - Date.now();
    const pauses = [
      relayMs,
      figuresMs,
      idleMs,
      gateMs,
      verdict.againMs,
      this.#moves.againAfterMs(this.#deps.rooms.get(key)),
    ].filter(ms => ms !== undefined);
    return pauses.length > 0 ? { againAfterMs: Math.max(0, Math.min(...pauses)) } : undefined;
  }

  /** The Room is gone; if it went without its finalizer, nobody was told yet. */
  async #forget(key: RoomKey): Promise<undefined> {
    const { participants, placements, redis, relays } = this.#deps;
    this.#decider.forget(key);
    participants.forget(key);
    this.#figures.forget(key);
    await relays.endStrays();
    const left = placements.get(key);
    if (left && redis.available) await placements.write({ state: 'ended', key, uid: left.uid });
    await placements.forget(key);
  }

  /** Tells everyone that the room has ended, closes its media and lets the Room go. Works with whatever is left. */
  async #end(room: Room, key: RoomKey): Promise<undefined> {
    const { api, log, events, placements, redis, relays } = this.#deps;
    const finish = withoutFinalizer(room.metadata, finalizers.room);
    if (!finish) return;
    const ending = endingStatus(room, new Date());
    const shown = mergePatch(room.status, ending)
      ? writeStatus(api, rooms, room, ending).catch(ignoreGone)
      : Promise.resolve(room);
    const media = placements.get(key);
    const uid = RoomUid.parse(room.metadata.uid);
    const told = redis.available
      ? placements.write({ state: 'ended', key, uid }).catch((error: unknown) => {
          // Once Redis is back, a placement without a Room is ended anyway.
          log.warn({ room: key, reason: describeError(error) }, 'could not tell signaling that a room ended');
        })
      : Promise.resolve();
    const [latest] = await Promise.all([shown, told]);
    if (media?.state === 'ready')
      await Promise.all([media.sfu, ...media.further].map(sfu => this.#leave(media, sfu)));
    this.#decider.forget(key);
    await relays.end(uid);
    if (!latest) return;
    events.record(rooms, room, { type: 'Normal', reason: 'Ended', message: 'The room was deleted.' });
    const release = withoutFinalizer(latest.metadata, finalizers.room);
    const released = release && (await api.patch(rooms, room.metadata, release).catch(ignoreGone));
    // The server answers with the version before, which would look as if there was something left to do.
    if (released?.metadata.finalizers.length === 0) this.#deps.rooms.remove(key, uid);
    else if (released) this.#deps.rooms.put(released);
    log.info({ room: key, uid }, 'a room has ended');
  }

  async #addFinalizer(room: Room): Promise<void> {
    const patch = withFinalizer(room.metadata, finalizers.room);
    if (patch) this.#deps.rooms.put(await this.#deps.api.patch(rooms, room.metadata, patch));
  }

  #equip(room: Room, { decision, spec }: RoomVerdict): Decision {
    const relay = spec?.relay === 'Dedicated' ? this.#deps.relays.find(room, spec) : undefined;
    return this.#decider.equip(room, decision, relay);
  }

  /** A room that has its place gets a relay of its own if it wants one, and keeps it while it waits for a new place. */
  async #tendRelay(room: Room, { decision, spec }: RoomVerdict): Promise<number | undefined> {
    const { relays } = this.#deps;
    const over = decision.state === 'rejected' || (decision.state === 'closed' && !decision.warm);
    if (spec?.relay !== 'Dedicated' || over) await relays.end(room.metadata.uid);
    else if (decision.state !== 'waiting' && decision.sfu !== undefined) return relays.tend(room, spec);
    return undefined;
  }

  async #project(room: Room, key: RoomKey, decision: Decision): Promise<void> {
    const { placements, redis } = this.#deps;
    const unknown = decision.state === 'waiting' && decision.reason === 'WaitingForRedis';
    if (!redis.available || unknown || !placements.loaded) return;
    const before = placements.get(key);
    const placement = toPlacement(room, key, decision);
    await placements.write(placement);
    const left = before?.state === 'ready' ? before : undefined;
    const now = placement.state === 'ready' ? [placement.sfu, ...placement.further] : [];
    for (const sfu of left ? [left.sfu, ...left.further] : []) {
      // Nobody waits for the media that were left behind.
      if (left && !now.some(({ instance }) => instance === sfu.instance))
        void this.#leave(left, sfu, placement.state === 'ready');
    }
  }

  /** Closes a room's media where they were, if anything is still there that nobody takes along. */
  async #leave({ key, uid }: ReadyPlacement, sfu: SfuPlace, moves = false): Promise<void> {
    const { log, participants, sfus } = this.#deps;
    try {
      // Of a room that moves with its people, signaling closes it when they have.
      if (moves && (await participants.count(key)) > 0) return;
      await sfus.closeRoom(sfu.controlUrl, uid);
    } catch (error) {
      log.debug({ room: key, sfu: sfu.pod, reason: describeError(error) }, 'could not close a room');
    }
  }

  /** @returns after how long to look again, if only live figures differ and they were written just now. */
  async #writeStatus(
    key: RoomKey,
    { decision, gate, sfuLost }: RoomVerdict,
    now: Date,
  ): Promise<number | undefined> {
    const { api, log, events, participants, qualities, roomsNamespace, webUrl } = this.#deps;
    const room = this.#deps.rooms.get(key);
    if (!room || room.metadata.deletionTimestamp !== undefined) return undefined;
    const unknown = decision.state === 'waiting' && decision.reason === 'WaitingForRedis';
    // What a Room said before the operator or Redis started anew is not taken back for that.
    if (unknown && room.status.phase === 'Ready') return undefined;
    const people = participants.get(key) ?? room.status.participants;
    const { moving, news } = await this.#moves.look(room, decision, people, now);
    const status = roomStatus({
      room,
      decision,
      gate,
      participants: people,
      moving,
      quality: qualities.get(room.metadata.uid),
      joinUrl: joinUrl(webUrl, roomsNamespace, room),
      now,
    });
    const happenings = roomHappenings(room, status, sfuLost, news);
    const patch = mergePatch(room.status, status);
    const onlyFigures = patch && Object.keys(patch).every(field => liveFields.has(field));
    const waitMs = onlyFigures ? this.#figures.waitMs(key, now.getTime()) : 0;
    if (patch && waitMs === 0) {
      this.#deps.rooms.put(await writeStatus(api, rooms, room, status));
      const waited = secondsUntilReady(room, status, gate, now);
      if (waited !== undefined) this.#deps.onReady(waited);
      if (Object.keys(patch).some(field => liveFields.has(field))) this.#figures.passed(key, now.getTime());
    }
    if (news) this.#deps.onMove(news);
    for (const happening of happenings) {
      events.record(rooms, room, happening);
      log.info({ room: key, reason: happening.reason }, happening.message);
    }
    return waitMs > 0 ? waitMs : undefined;
  }

  /** Deletes a Room that nobody has used for as long as it allows. @returns after how long to look again. */
  async #endIfIdle(key: RoomKey): Promise<number | undefined> {
    const { api, log, events, participants, redis } = this.#deps;
    const room = this.#deps.rooms.get(key);
    const seconds = RoomSpec.safeParse(room?.spec).data?.idleTimeToLiveSeconds;
    const since = room?.status.idleSince;
    if (!room || seconds === undefined || since === undefined || !redis.available) return undefined;
    const waitMs = Date.parse(since) + seconds * 1000 - Date.now();
    if (waitMs > 0) return waitMs;
    if ((await participants.count(key)) > 0) return undefined;
    const going = await api.delete(rooms, room.metadata, room.metadata.uid);
    if (going) this.#deps.rooms.put(going);
    const message = `Nobody has been in the room for ${seconds} s: it is deleted.`;
    events.record(rooms, room, { type: 'Normal', reason: 'Idle', message });
    log.info({ room: key, reason: 'Idle' }, message);
    return undefined;
  }
}

function isSameSpec(a: Room | undefined, b: Room): boolean {
  return a?.metadata.uid === b.metadata.uid && a.metadata.generation === b.metadata.generation;
}

function ignoreGone(error: unknown): undefined {
  if (!isStatus(error, 404)) throw error;
}
