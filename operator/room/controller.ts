import { type ReadyPlacement, type RoomKey, RoomUid, roomKey } from '@parley/protocol';
import { type Room, RoomSpec } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import { finalizers, rooms } from '../kinds.ts';
import type { Ledger, Seat } from '../ledger.ts';
import type { Fleet } from '../pool/fleet.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { Participants } from '../redis/participants.ts';
import type { Placements } from '../redis/placements.ts';
import type { Registrations } from '../redis/registrations.ts';
import {
  describeError,
  type EventRecorder,
  isStatus,
  type KubeApi,
  mergePatch,
  type Store,
  withFinalizer,
  withoutFinalizer,
} from '../runtime/index.ts';
import type { SfuControl } from '../sfu-control.ts';
import { Throttle } from '../throttle.ts';
import { type Decision, toPlacement } from './decision.ts';
import { judgeRoom } from './judge.ts';
import { placeRoom } from './place.ts';
import { endingStatus, joinUrl, liveFields, roomHappenings, roomStatus } from './status.ts';

export interface RoomReconcilerDeps {
  api: KubeApi;
  log: Logger;
  events: EventRecorder;
  rooms: Store<Room>;
  fleet: Fleet;
  ledger: Ledger;
  redis: Pick<RedisConnection, 'available' | 'problem'>;
  registrations: Pick<Registrations, 'known'>;
  participants: Participants;
  placements: Placements;
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

  constructor(deps: RoomReconcilerDeps) {
    this.#deps = deps;
  }

  async reconcile(name: string): Promise<{ againAfterMs?: number } | undefined> {
    const room = this.#deps.rooms.get(name);
    if (!room) return this.#forget(name as RoomKey);
    const key = roomKey(room.metadata.namespace, room.metadata.name);
    if (room.metadata.deletionTimestamp !== undefined) return this.#end(room, key);
    await this.#addFinalizer(room);
    const { decision, sfuLost } = this.#decide(room, key);
    await this.#project(room, key, decision);
    const figuresMs = await this.#writeStatus(key, decision, sfuLost);
    const idleMs = await this.#endIfIdle(key);
    const pauses = [figuresMs, idleMs].filter(ms => ms !== undefined);
    return pauses.length > 0 ? { againAfterMs: Math.min(...pauses) } : undefined;
  }

  /** The Room is gone; if it went without its finalizer, nobody was told yet. */
  async #forget(key: RoomKey): Promise<undefined> {
    const { ledger, participants, placements, redis } = this.#deps;
    ledger.remove(key);
    participants.forget(key);
    this.#figures.forget(key);
    const left = placements.get(key);
    if (!redis.available) return;
    if (left) await placements.write({ state: 'ended', key, uid: left.uid });
    await placements.forget(key);
  }

  /** Tells everyone that the room has ended, closes its media and lets the Room go. Works with whatever is left. */
  async #end(room: Room, key: RoomKey): Promise<undefined> {
    const { api, log, events, placements, ledger, redis } = this.#deps;
    const finish = withoutFinalizer(room.metadata, finalizers.room);
    if (!finish) return;
    const patch = mergePatch(room.status, endingStatus(room, new Date()));
    const shown = patch
      ? api.patch(rooms, room.metadata, { status: patch }, 'status').catch(ignoreGone)
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
    if (media?.state === 'ready') await this.#leave(media);
    ledger.remove(key);
    if (!latest) return;
    events.record(rooms, room, { type: 'Normal', reason: 'Ended', message: 'The room was deleted.' });
    const release = withoutFinalizer(latest.metadata, finalizers.room);
    const released = release && (await api.patch(rooms, room.metadata, release).catch(ignoreGone));
    if (released) this.#deps.rooms.put(released);
    log.info({ room: key, uid }, 'a room has ended');
  }

  async #addFinalizer(room: Room): Promise<void> {
    const patch = withFinalizer(room.metadata, finalizers.room);
    if (patch) this.#deps.rooms.put(await this.#deps.api.patch(rooms, room.metadata, patch));
  }

  /** Decides and enters it into the ledger, in one go. */
  #decide(room: Room, key: RoomKey): { decision: Decision; sfuLost: string | undefined } {
    const { fleet, ledger, participants } = this.#deps;
    const verdict = judgeRoom(room.spec, pool => fleet.view(pool));
    if (!verdict.accepted) {
      ledger.remove(key);
      const { reason, message } = verdict;
      return { decision: { state: 'rejected', reason, message }, sfuLost: undefined };
    }
    const { spec } = verdict;
    const seat = ledger.seat(key, spec.pool);
    const view = fleet.view(spec.pool);
    const waitsForRedis = this.#withoutRedis(spec, seat, key);
    if (waitsForRedis) return { decision: waitsForRedis, sfuLost: undefined };
    const dedicated = spec.sfu === 'Dedicated';
    const wish = { pool: spec.pool, dedicated };
    const place = placeRoom({
      pool: spec.pool,
      view,
      seat,
      dedicated,
      inUse: (participants.get(key) ?? room.status.participants) > 0,
      others: pod => ledger.load(pod, key),
    });
    if (place.state === 'waiting') {
      ledger.set(key, wish, undefined);
      return { decision: place, sfuLost: seat?.pod };
    }
    const { pod, instance } = place.sfu;
    const moved = seat !== undefined && (seat.pod !== pod || (seat.instance ?? instance) !== instance);
    ledger.set(key, wish, { pod, instance });
    return {
      decision: { state: 'placed', spec, sfu: place.sfu, turnUrls: view?.turnUrls ?? [] },
      sfuLost: moved ? seat.pod : undefined,
    };
  }

  /** While Redis does not answer, what was decided stays and new rooms wait. */
  #withoutRedis(spec: RoomSpec, seat: Seat | undefined, key: RoomKey): Decision | undefined {
    const { redis, registrations, placements, ledger } = this.#deps;
    if (redis.available && registrations.known && placements.loaded) return undefined;
    const placement = placements.get(key);
    if (seat && placement?.state === 'ready') {
      const { sfu, turnUrls, relayOnly } = placement;
      return {
        state: 'placed',
        spec,
        sfu: { ...sfu, takesRooms: false, leaving: false, fresh: true, relayOnly },
        turnUrls,
      };
    }
    ledger.set(key, { pool: spec.pool, dedicated: spec.sfu === 'Dedicated' }, seat);
    const message = `${redis.problem ?? 'The SFUs are not known yet'}. The room is placed once that is over.`;
    return { state: 'waiting', reason: 'WaitingForRedis', message };
  }

  async #project(room: Room, key: RoomKey, decision: Decision): Promise<void> {
    const { placements, redis } = this.#deps;
    const unknown = decision.state === 'waiting' && decision.reason === 'WaitingForRedis';
    if (!redis.available || unknown || !placements.loaded) return;
    const before = placements.get(key);
    const placement = toPlacement(room, key, decision);
    await placements.write(placement);
    const left = before?.state === 'ready' ? before : undefined;
    const stays = placement.state === 'ready' && placement.sfu.instance === left?.sfu.instance;
    // Nobody waits for the media that were left behind.
    if (left && !stays) void this.#leave(left);
  }

  /** Closes a room's media where they were, if anything is still there. */
  async #leave({ key, uid, sfu }: ReadyPlacement): Promise<void> {
    await this.#deps.sfus.closeRoom(sfu.controlUrl, uid).catch((error: unknown) => {
      this.#deps.log.debug(
        { room: key, sfu: sfu.pod, reason: describeError(error) },
        'could not close a room',
      );
    });
  }

  /** @returns after how long to look again, if only live figures differ and they were written just now. */
  async #writeStatus(
    key: RoomKey,
    decision: Decision,
    sfuLost: string | undefined,
  ): Promise<number | undefined> {
    const { api, log, events, participants, roomsNamespace, webUrl } = this.#deps;
    const room = this.#deps.rooms.get(key);
    if (!room || room.metadata.deletionTimestamp !== undefined) return undefined;
    const unknown = decision.state === 'waiting' && decision.reason === 'WaitingForRedis';
    // What a Room said before the operator or Redis started anew is not taken back for that.
    if (unknown && room.status.phase === 'Ready') return undefined;
    const now = new Date();
    const status = roomStatus({
      room,
      decision,
      participants: participants.get(key) ?? room.status.participants,
      joinUrl: joinUrl(webUrl, roomsNamespace, room),
      now,
    });
    const happenings = roomHappenings(room, status, sfuLost);
    const patch = mergePatch(room.status, status);
    const onlyFigures = patch && Object.keys(patch).every(field => liveFields.has(field));
    const waitMs = onlyFigures ? this.#figures.waitMs(key, now.getTime()) : 0;
    if (patch && waitMs === 0) {
      this.#deps.rooms.put(await api.patch(rooms, room.metadata, { status: patch }, 'status'));
      if ('participants' in patch) this.#figures.passed(key, now.getTime());
    }
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

function ignoreGone(error: unknown): undefined {
  if (!isStatus(error, 404)) throw error;
}
