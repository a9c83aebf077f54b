import type { KubeConfig } from '@kubernetes/client-node';
import type { RoomKey } from '@parley/protocol';
import type { Health, Logger, Readiness, Registry } from '@parley/telemetry';
import { labels, mediaPools, nodes, podPool, podRole, pods, rooms, services } from './kinds.ts';
import { createLeadership } from './leadership.ts';
import { Ledger } from './ledger.ts';
import { addFleetMetrics } from './metrics.ts';
import { Census } from './pool/census.ts';
import { PoolReconciler } from './pool/controller.ts';
import { Exposer, hasOtherAddresses } from './pool/exposer.ts';
import { Fleet } from './pool/fleet.ts';
import { Keeper } from './pool/keeper.ts';
import { nodeState } from './pool/member.ts';
import type { PodSettings } from './pool/pod.ts';
import { RedisConnection } from './redis/connection.ts';
import { Participants } from './redis/participants.ts';
import { Placements } from './redis/placements.ts';
import { Qualities } from './redis/qualities.ts';
import { Registrations } from './redis/registrations.ts';
import { adoptFromPlacements, adoptFromStatus, endStrays, wantedPool } from './room/adopt.ts';
import { RoomReconciler } from './room/controller.ts';
import { RoomRelays } from './room/relays.ts';
import { Controller, ControllerMetrics, EventRecorder, Fence, KubeApi, ListWatch } from './runtime/index.ts';
import type { Settings } from './settings.ts';
import { sfuControl } from './sfu-control.ts';

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

/** How often Redis is asked whether it still holds what was decided, and compared with all of it, in milliseconds. */
const checkMs = 30_000;
const compareMs = 600_000;

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
  const api = new KubeApi(kubeConfig, {
    fieldManager: 'parley-operator',
    log,
    observe: (method, code, seconds) => metrics.countRequest(method, code, seconds),
    fence,
  });
  const { availability } = api;
  const leadership = createLeadership({ settings, kubeConfig, fence, availability, log, metrics });
  const events = new EventRecorder(api, log, 'parley-operator');
  const timeoutSeconds = settings.WATCH_SECONDS;
  const ofPools = {
    namespace: settings.NAMESPACE,
    labelSelector: `${labels.partOf}=parley,${labels.pool}`,
    timeoutSeconds,
  };
  const watches = {
    rooms: new ListWatch(api, rooms, log, { timeoutSeconds }),
    pools: new ListWatch(api, mediaPools, log, { timeoutSeconds }),
    pods: new ListWatch(api, pods, log, ofPools),
    nodes: new ListWatch(api, nodes, log, { timeoutSeconds }),
    services: new ListWatch(api, services, log, ofPools),
  };
  const stores = {
    rooms: watches.rooms.store,
    pools: watches.pools.store,
    pods: watches.pods.store,
    nodes: watches.nodes.store,
    services: watches.services.store,
  };
  for (const watch of Object.values(watches)) {
    metrics.observeSilence(watch.kind.plural, () => watch.silenceSeconds);
  }
  const roomKeys = () => stores.rooms.keys() as IterableIterator<RoomKey>;

  const redis = new RedisConnection({ address: settings.REDIS_URL, ca: settings.REDIS_CA_FILE }, log);
  const registrations = new Registrations({
    redis,
    log,
    pods: () => sfuPodNames(),
    onKnown: () => {
      poolController.addAll();
      roomController.addAll();
    },
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
    registrations,
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
    settings: podSettings,
    scaleInDelayMs: settings.SCALE_IN_DELAY_SECONDS * 1000,
    stuckMs: settings.STUCK_POD_SECONDS * 1000,
  });
  const qualities = new Qualities({
    redis,
    pods: () => sfuPodNames(),
    onChange: uids => {
      for (const [key, { metadata }] of stores.rooms.entries())
        if (uids.has(metadata.uid)) roomController.add(key);
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
  const roomReconciler = new RoomReconciler({
    api,
    log,
    events,
    rooms: stores.rooms,
    fleet,
    ledger,
    redis,
    registrations,
    participants,
    qualities,
    placements,
    relays,
    sfus: sfuControl(settings.CONTROL_TOKEN, fence),
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
    reconcile: key => roomReconciler.reconcile(key),
    keys: () => stores.rooms.keys(),
  });
  stores.rooms.onChange((key, now) => {
    // Also where this process stands by and no worker does it.
    if (!now) participants.forget(key as RoomKey);
    roomController.add(key);
  });
  stores.pools.onChange(key => poolController.add(key));
  stores.services.onChange((_, now, before) => {
    const pool = (now ?? before)?.metadata.labels[labels.pool];
    if (pool !== undefined && !now !== !before) poolController.add(pool);
  });
  stores.nodes.onChange((name, now, before) => {
    if (!hasOtherAddresses(now, before) && nodeState(now) === nodeState(before)) return;
    for (const pod of stores.pods.values()) {
      const pool = podPool(pod);
      if (pool !== undefined && pod.spec.nodeName === name) poolController.add(pool);
    }
  });
  stores.pods.onChange((_, now, before) => {
    const pool = podPool(now ?? before);
    if (pool !== undefined) poolController.add(pool);
    if (!now !== !before) registrations.look();
  });
  addFleetMetrics(registry, { rooms: stores.rooms, pools: stores.pools, fleet });

  let working = false;
  let stopped = false;
  let checking: NodeJS.Timeout | undefined;
  let comparing: NodeJS.Timeout | undefined;

  /** Redis may hold less than it did, or what no Room stands for any more. */
  const compare = async () => {
    const first = !placements.loaded;
    const changed = await placements.load(roomKeys());
    if (first) adoptFromPlacements(stores.rooms, placements, ledger);
    for (const key of changed) roomController.add(key);
    await endStrays(placements, key => stores.rooms.get(key) !== undefined, log);
  };
  const check = async () => {
    for (const key of await placements.check(roomKeys())) roomController.add(key);
  };
  const compareSoon = () => {
    if (working)
      compare().then(
        () => roomController.addAll(),
        () => undefined,
      );
  };
  redis.onAvailable(compareSoon);

  const all = Object.values(watches);
  /** What the last leader did may not have come here yet, so everything is read anew. */
  const lead = async () => {
    await Promise.all(all.map(watch => watch.refresh()));
    if (stopped) return;
    adoptFromStatus(stores.rooms, ledger);
    registrations.start();
    participants.start();
    qualities.start();
    working = true;
    if (redis.available) await Promise.all([compare().catch(() => undefined), participants.countAll()]);
    if (stopped) return;
    checking = setInterval(() => {
      void relays.endStrays().catch(() => undefined);
      if (working && redis.available) check().catch(() => undefined);
    }, checkMs);
    comparing = setInterval(() => {
      if (working && redis.available) compare().catch(() => undefined);
    }, compareMs);
    await relays.endStrays().catch(() => undefined);
    if (stopped) return;
    poolController.start();
    roomController.start();
    log.info({ rooms: stores.rooms.size, pools: stores.pools.size }, 'the operator works');
  };

  return {
    lost: leadership.elector.lost,
    start() {
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
      working = false;
      stopped = true;
      clearInterval(checking);
      clearInterval(comparing);
      await Promise.all([poolController.stop(), roomController.stop()]);
      await events.flush();
      await leadership.stop();
      await Promise.all(all.map(watch => watch.stop()));
      registrations.stop();
      participants.stop();
      qualities.stop();
      redis.stop();
      api.close();
    },
  };
}
