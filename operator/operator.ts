import type { KubeConfig } from '@kubernetes/client-node';
import type { RoomKey } from '@parley/protocol';
import {
  type Health,
  type Logger,
  type Readiness,
  type Registry,
  Tracing,
  toTracing,
} from '@parley/telemetry';
import { Comparison } from './comparison.ts';
import { labels, podPool, podRole } from './kinds.ts';
import { createLeadership } from './leadership.ts';
import { Ledger } from './ledger.ts';
import { addFleetMetrics, addMoveMetrics, addReadyMetric } from './metrics.ts';
import { Census } from './pool/census.ts';
import { PoolReconciler } from './pool/controller.ts';
import { Exposer } from './pool/exposer.ts';
import { Fleet } from './pool/fleet.ts';
import { Keeper } from './pool/keeper.ts';
import { leavingRooms } from './pool/leaving.ts';
import type { PodSettings } from './pool/pod.ts';
import { addPoolMetrics } from './pool-metrics.ts';
import { RedisConnection } from './redis/connection.ts';
import { Participants } from './redis/participants.ts';
import { Placements } from './redis/placements.ts';
import { Qualities } from './redis/qualities.ts';
import { Registrations } from './redis/registrations.ts';
import { SfuLoads } from './redis/sfu-loads.ts';
import { adoptFromStatus, wantedPool } from './room/adopt.ts';
import { RoomReconciler } from './room/controller.ts';
import { MovePace } from './room/pace.ts';
import { placing } from './room/placing.ts';
import { addRoomQualityMetrics } from './room/quality-metrics.ts';
import { Rebalancer } from './room/rebalancer.ts';
import { RoomRelays } from './room/relays.ts';
import { Controller, ControllerMetrics, EventRecorder, Fence, KubeApi } from './runtime/index.ts';
import type { Settings } from './settings.ts';
import { sfuControl } from './sfu-control.ts';
import { lookOnChanges } from './triggers.ts';
import { createWatches } from './watches.ts';

export interface Operator {
  /** Follows what there is, and acts as soon and as long as this process is the leader. */
  start(): void;
  /** Whether it knows what there is, as a leader or standing by. */
  readiness(): Readiness;
  health(): Health;
  /** Resolves with the reason when it was the leader and is no longer. It does not act any more: the process has to end. */
  readonly lost: Promise<string>;
  /** Finishes what is under way, lets another lead and leaves everything else as it is. */
  stop(): Promise<void>;
}

/**
 * Puts the operator together: stores fed by watches and Redis, and two controllers that work on what changes.
 *
 * @param fence what every write passes. Tests let it fall.
 */
export function createOperator(
  settings: Settings,
  kubeConfig: KubeConfig,
  log: Logger,
  registry: Registry,
  fence = new Fence(),
): Operator {
  const metrics = new ControllerMetrics(registry);
  const tracing = new Tracing(toTracing(settings), 'operator', registry, log);
  const api = new KubeApi(kubeConfig, {
    fieldManager: 'parley-operator',
    log,
    observe: (method, code, seconds) => metrics.countRequest(method, code, seconds),
    fence,
  });
  const { availability } = api;
  const leadership = createLeadership({ settings, kubeConfig, fence, availability, log, metrics });
  const events = new EventRecorder(api, log, 'parley-operator');
  const { all, stores } = createWatches(api, settings, log, metrics);
  const roomKeys = () => stores.rooms.keys() as IterableIterator<RoomKey>;

  const redis = new RedisConnection({ address: settings.REDIS_URL, ca: settings.REDIS_CA_FILE }, log);
  const loads = new SfuLoads(pod => {
    const pool = podPool(stores.pods.get(`${settings.NAMESPACE}/${pod}`));
    // A room that nobody is in, or one alone, goes nowhere for that.
    const rooms = [...ledger.roomsOn(pod)].filter(room => peopleIn(room) > 1);
    for (const room of [...rooms, ...(pool === undefined ? [] : ledger.waiting(pool))])
      roomController.add(room);
  });
  const sfus = sfuControl(settings.CONTROL_TOKEN, fence);
  const registrations = new Registrations({
    redis,
    log,
    pods: () => sfuPodNames(),
    isThere: sfu => sfus.isThere(sfu),
    onKnown: () => {
      poolController.addAll();
      roomController.addAll();
    },
    onRead: sfus => loads.follow(sfus, Date.now()),
    onChange: pod => {
      const pool = podPool(stores.pods.get(`${settings.NAMESPACE}/${pod}`));
      if (pool !== undefined) fleet.refresh(pool);
    },
  });
  const participants = new Participants({
    redis,
    rooms: roomKeys,
    exists: room => stores.rooms.get(room) !== undefined,
    onChange: room => roomController.add(room),
  });
  const placements = new Placements(redis, fence);
  const ledger = new Ledger({
    changed: pool => poolController.add(pool),
    freed: waiting => {
      for (const room of waiting) roomController.add(room);
    },
  });
  const fleet = new Fleet({
    pools: stores.pools,
    pods: stores.pods,
    nodes: stores.nodes,
    registrations,
    loads,
    onChange: pool => {
      poolController.add(pool);
      for (const [key, room] of stores.rooms.entries())
        if (wantedPool(room) === pool) roomController.add(key);
    },
  });
  /** Also pools that are gone while pods of theirs are not. */
  function* poolNames() {
    yield* stores.pools.keys();
    for (const { metadata } of [...stores.pods.values(), ...stores.services.values()]) {
      const pool = metadata.labels[labels.pool];
      if (pool !== undefined && !stores.pools.get(pool)) yield pool;
    }
  }
  function* sfuPodNames() {
    for (const pod of stores.pods.values()) if (podRole(pod) === 'sfu') yield pod.metadata.name;
  }

  const podSettings: PodSettings = {
    namespace: settings.NAMESPACE,
    images: { sfu: settings.SFU_IMAGE, turn: settings.TURN_IMAGE },
    pullPolicy: settings.IMAGE_PULL_POLICY,
    logLevel: settings.MEDIA_LOG_LEVEL,
    tracing: toTracing(settings),
    user: settings.RUN_AS_USER,
    secretName: settings.SECRET_NAME,
    redisCa: settings.REDIS_CA_SOURCE,
  };
  const exposer = new Exposer({
    api,
    log,
    pods: stores.pods,
    nodes: stores.nodes,
    services: stores.services,
    settings: podSettings,
  });
  /** People as last counted, or as the status says where they were not yet. */
  const peopleIn = (room: RoomKey) =>
    participants.get(room) ?? stores.rooms.get(room)?.status.participants ?? 0;
  function* movingRooms(): Iterable<[RoomKey, string]> {
    for (const [key, { status }] of stores.rooms.entries())
      if (status.movingFrom !== undefined) yield [key as RoomKey, status.movingFrom];
  }
  const leavingRoomsOf = (pool: string) =>
    leavingRooms({ view: fleet.view(pool), roomsOn: pod => ledger.roomsOn(pod), moving: movingRooms });
  const census = new Census({
    api,
    nodes: stores.nodes,
    fleet,
    ledger,
    registrations,
    peopleOn: pod => [...ledger.roomsOn(pod)].reduce((sum, room) => sum + peopleIn(room), 0),
    settings: podSettings,
  });
  const poolReconciler = new PoolReconciler({
    api,
    events,
    pools: stores.pools,
    fleet,
    census,
    keeper: new Keeper({ api, log, events, pods: stores.pods, fleet }),
    ledger,
    exposer,
    leavingRooms: leavingRoomsOf,
    settings: podSettings,
    scaleInDelayMs: settings.SCALE_IN_DELAY_SECONDS * 1000,
    stuckMs: settings.STUCK_POD_SECONDS * 1000,
  });
  const qualities = new Qualities({
    redis,
    pods: () => sfuPodNames(),
    onChange: uids => {
      for (const [key, { metadata }] of stores.rooms.entries())
        if (uids === 'all' || uids.has(metadata.uid)) roomController.add(key);
    },
  });
  const relays = new RoomRelays({
    api,
    log,
    rooms: stores.rooms,
    pools: stores.pools,
    pods: stores.pods,
    nodes: stores.nodes,
    exposer,
    isNodeGone: pod => census.isNodeGone(pod),
    settings: podSettings,
    onChange: room => roomController.add(room),
  });
  const pace = new MovePace(settings.MOVES_PER_SECOND);
  const roomReconciler = new RoomReconciler({
    api,
    log,
    events,
    rooms: stores.rooms,
    fleet,
    ledger,
    redis,
    registrations,
    loads,
    participants,
    peopleIn,
    scaleInDelayMs: settings.SCALE_IN_DELAY_SECONDS * 1000,
    pace,
    rebalancer: new Rebalancer({
      ledger,
      peopleIn,
      isMoving: room => stores.rooms.get(room)?.status.movingFrom !== undefined,
      isSilent: sfu => registrations.isSilent(sfu),
      pace,
    }),
    onMove: addMoveMetrics(registry),
    onReady: addReadyMetric(registry),
    qualities,
    placements,
    relays,
    sfus,
    webUrl: settings.WEB_URL,
    roomsNamespace: settings.ROOMS_NAMESPACE,
  });
  const poolController = new Controller({
    name: 'pool',
    log,
    metrics,
    reconcile: key => poolReconciler.reconcile(key),
    keys: poolNames,
    concurrency: 1,
  });
  const roomController = new Controller({
    name: 'room',
    log,
    metrics,
    reconcile(key) {
      const room = stores.rooms.get(key);
      const task = room && placing(room, Date.now());
      const reconcile = () => roomReconciler.reconcile(key);
      return task ? tracing.serve(task, reconcile) : reconcile();
    },
    keys: () => stores.rooms.keys(),
  });
  lookOnChanges(stores, { pools: poolController, rooms: roomController, participants, registrations });
  addFleetMetrics(registry, {
    rooms: stores.rooms,
    pools: stores.pools,
    fleet,
    leavingRooms: leavingRoomsOf,
    demand: pool => ledger.demand(pool),
  });
  addRoomQualityMetrics(registry, { rooms: stores.rooms, pools: stores.pools });
  addPoolMetrics(registry, {
    pools: stores.pools,
    fleet,
    ledger,
    people: () => participants.people(),
  });

  const comparison = new Comparison({
    redis,
    placements,
    ledger,
    rooms: stores.rooms,
    relays,
    controller: roomController,
    log,
  });
  let stopped = false;

  /** What the last leader did may not have come here yet, so everything is read anew. */
  const lead = async () => {
    await Promise.all(all.map(watch => watch.refresh()));
    if (stopped) return;
    adoptFromStatus(stores.rooms, ledger);
    registrations.start();
    participants.start();
    qualities.start();
    await Promise.all([comparison.begin(), redis.available && participants.countAll()]);
    if (stopped) return;
    await comparison.goOn();
    if (stopped) return;
    poolController.start();
    roomController.start();
    log.info({ rooms: stores.rooms.size, pools: stores.pools.size }, 'the operator works');
  };

  return {
    lost: leadership.elector.lost,
    start() {
      void tracing.start();
      for (const watch of all) watch.start();
      redis.start();
      void Promise.all(all.map(watch => watch.synced)).then(() => {
        if (!stopped) leadership.elector.start();
      });
      void leadership.elector.elected.then(lead);
    },
    readiness() {
      const problems = [...all.map(watch => watch.problem), redis.problem];
      const reason = problems.find(problem => problem !== undefined);
      return reason === undefined ? { ready: true } : { ready: false, reason };
    },
    health() {
      const problems = [poolController.problem, roomController.problem, leadership.problem];
      const reason = problems.find(problem => problem !== undefined);
      return reason === undefined ? { ok: true } : { ok: false, reason };
    },
    async stop() {
      stopped = true;
      comparison.stop();
      await Promise.all([poolController.stop(), roomController.stop()]);
      const flushed = tracing.close();
      await events.flush();
      await leadership.stop();
      await Promise.all(all.map(watch => watch.stop()));
      registrations.stop();
      participants.stop();
      qualities.stop();
      redis.stop();
      api.close();
      await flushed;
    },
  };
}
