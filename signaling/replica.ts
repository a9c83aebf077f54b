import { randomUUID } from 'node:crypto';
import { networksPeriodMs, qualityPeriodMs, redisKeys } from '@parley/protocol';
import { addOperationsRoutes, type Logger, type Readiness, Tracing } from '@parley/telemetry';
import fastify from 'fastify';
import { ApiKeys, reloadMs } from './access/api-keys.ts';
import { Issuer } from './access/issuer.ts';
import { RoomTokens } from './access/tokens.ts';
import { sayEvent, sayLayersWanted, sayNetworks, saySpeakers } from './connection/channels.ts';
import { createDismiss } from './connection/dismissal.ts';
import { Gate } from './connection/gate.ts';
import {
  createSocketServer,
  handedBy,
  serveSockets,
  withoutChat,
  withoutLobby,
} from './connection/socket-server.ts';
import { CatchUp } from './media/catch-up.ts';
import { Placements } from './media/placements.ts';
import { RoomMedia } from './media/room-media.ts';
import { SfuClient } from './media/sfu-client.ts';
import { createMetrics } from './metrics.ts';
import { Canary, canaryMs } from './presence/canary.ts';
import { Deafness, roundMs } from './presence/deafness.ts';
import { Departures } from './presence/departures.ts';
import { every } from './presence/every.ts';
import { handOver } from './presence/handover.ts';
import { heartbeatMs, Lease } from './presence/lease.ts';
import { LobbyKeeper } from './presence/lobby-keeper.ts';
import { LocalRooms } from './presence/local-rooms.ts';
import { Repeater } from './presence/repeater.ts';
import { RoomKeeper } from './presence/room-keeper.ts';
import { RoomSpeakers } from './presence/room-speakers.ts';
import { Sweeper } from './presence/sweeper.ts';
import { CallReports } from './quality/call-reports.ts';
import { byPool } from './quality/metrics.ts';
import { PoolLabels } from './quality/pool-labels.ts';
import { RoomNetworks } from './quality/room-networks.ts';
import { SummaryWriter } from './quality/summary.ts';
import { JoinQueue } from './requests/join-queue.ts';
import type { Services } from './requests/services.ts';
import { RoomResources } from './rest/room-resources.ts';
import { addRestRoutes } from './rest/routes.ts';
import type { Settings } from './settings.ts';
import { JoinTurns } from './state/join-turns.ts';
import { ask, connectRedis } from './state/redis.ts';
import { RoomChat } from './state/room-chat.ts';
import { type Announce, RoomState } from './state/room-state.ts';
import { deliverMs, WebhookDelivery } from './webhooks/delivery.ts';

const sweepMs = 1000;
const checkRoomsMs = 5000;

/** One replica of signaling. */
export interface Replica {
  /** Starts to listen and answers with the port. */
  listen(): Promise<number>;
  /** Hands its people over to other replicas and stops. */
  close(): Promise<void>;
}

/** Puts a replica together. It lives whether or not Redis and the API server do. */
export async function createReplica(settings: Settings, log: Logger): Promise<Replica> {
  const replica = randomUUID();
  const metrics = createMetrics();
  const tracing = new Tracing(settings.tracing, 'signaling', metrics.registry, log);
  const stopping = new AbortController();
  const redis = connectRedis(settings.redis, log);
  // The entrance stands in front of every replica, usually with a private address.
  const proxies = ['loopback', 'linklocal', 'uniquelocal', ...settings.trustedProxies];
  const app = fastify({
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
    trustProxy: proxies,
  });
  const gate = new Gate({
    webUrl: settings.webUrl,
    origins: settings.allowedOrigins,
    proxies,
    perAddress: settings.connectionsPerAddress,
  });
  const io = createSocketServer(app.server, redis, gate, metrics);

  const announce: Announce = (uid, event, except) => {
    metrics.events.inc({ type: event.type });
    sayEvent(io, uid, event, except === undefined ? [] : [except]);
  };
  const receivers = settings.webhooks.receivers.map(({ id }) => id);
  const state = new RoomState(redis.commands, announce, receivers, (lobby, sockets) => {
    io.to(sockets).except(withoutLobby).emit('lobby', lobby);
  });
  const chat = new RoomChat(redis.commands, (uid, message) => {
    io.to(uid).except(withoutChat).emit('chat', message);
  });
  const placements = new Placements(redis.commands, redis.subscriber, log);
  const sfu = new SfuClient(settings.controlToken, metrics, {
    heard(wanted) {
      metrics.layersWanted.inc(wanted.length);
      sayLayersWanted(io, wanted);
    },
  });
  const media = new RoomMedia({ sfu, state, settings, metrics, log });
  const catchUp = new CatchUp({ state, placements, media, log });
  const speakers = new RoomSpeakers({
    subscriber: redis.subscriber,
    say(uid, who) {
      metrics.speakers.inc();
      saySpeakers(io, uid, who);
    },
    log,
  });
  const networks = new RoomNetworks({
    replica,
    publisher: redis.publisher,
    subscriber: redis.subscriber,
    own: uid => reports.networks(rooms.byUid(uid)),
    say: (uid, whose) => sayNetworks(io, uid, whose),
    log,
  });
  const rooms = new LocalRooms([speakers, networks]);
  const keeper = new RoomKeeper({ rooms, placements, media, state, log });
  const lobby = new LobbyKeeper({ io, rooms, placements, state, log });
  const departures = new Departures(state, settings.graceMs);
  const pools = new PoolLabels([metrics.joins, ...byPool(metrics.call)]);
  const reports = new CallReports({
    everyMs: settings.reportEveryMs,
    graceMs: settings.graceMs,
    metrics: metrics.call,
    pools,
  });
  const services: Services = {
    settings,
    io,
    log,
    metrics,
    tracing,
    state,
    chat,
    placements,
    sfu,
    media,
    catchUp,
    apiKeys: new ApiKeys(settings, log),
    tokens: new RoomTokens(settings.tokenSigningKey, {
      alsoAccepted: settings.tokenSigningKeyAlsoAccepted,
      issuer: settings.issuer && new Issuer(settings.issuer, log),
    }),
    rooms,
    lobby,
    keeper,
    departures,
    joinQueue: new JoinQueue(settings.joins, new JoinTurns(redis.commands, settings.roomJoins)),
    reports,
    pools,
    dismiss: createDismiss(io, rooms),
  };
  serveSockets(io, services, replica, request => gate.addressOf(request));

  const repeater = new Repeater({
    rooms,
    state,
    chat,
    say({ uid }, { event, message }) {
      if (event) sayEvent(io, uid, event);
      if (message) io.to(uid).except(withoutChat).emit('chat', message);
    },
  });
  const canary = new Canary({
    publisher: redis.publisher,
    subscriber: redis.subscriber,
    replica,
    log,
    heard: seconds => metrics.canarySeconds.observe(seconds),
    missed: () => repeater.note(),
  });
  const readiness = (): Readiness => {
    if (gate.shut === 'stopping') return { ready: false, reason: 'The replica is stopping.' };
    const reachable = redis.readiness();
    if (!reachable.ready || (canary.hears() && !gate.shut)) return reachable;
    return { ready: false, reason: 'The replica does not hear what others say through Redis (pub/sub).' };
  };
  addOperationsRoutes(app, metrics.registry, readiness);
  await addRestRoutes(app, services, new RoomResources());

  const lease = new Lease(redis.commands, replica);
  const hearing = new Lease(redis.commands, replica, redisKeys.hearingReplicas);
  const give = (reason: 'stopping' | 'deaf', signal?: AbortSignal) =>
    handOver(() => handedBy(io, metrics, reason), settings.handoverMs, signal);
  const deafness = new Deafness({
    canary,
    hearing,
    gate,
    metrics,
    log,
    give: signal => give('deaf', signal),
  });
  const webhooks = new WebhookDelivery({
    redis: redis.commands,
    settings: settings.webhooks,
    replica,
    metrics,
    log,
  });
  const { graceMs } = settings;
  const sweeper = new Sweeper({
    redis: redis.commands,
    state,
    catchUp,
    moves: media.moves,
    metrics,
    replica,
    graceMs,
    log,
  });

  const beat = async () => {
    metrics.sockets.set(io.engine.clientsCount);
    metrics.participants.set(rooms.countMembers());
    metrics.lobby.set(lobby.count);
    await lease.renew();
    await departures.retry();
  };
  // Not with the heartbeat, which must not wait for an SFU that is slow to answer.
  const sweep = () => sweeper.sweep(() => lease.renew());
  const check = async () => {
    await state.connections.keepActive(rooms.all().map(room => room.key));
    await keeper.checkAll();
    await lobby.checkAll();
  };

  const summaries = new SummaryWriter(redis.commands, replica);
  const sumUp = async () => {
    await pools.prune();
    await ask(() => summaries.write(reports.summary(rooms)));
  };

  let loops: Promise<unknown> = Promise.resolve();
  return {
    async listen() {
      await tracing.start();
      await services.apiKeys.load();
      const address = await app.listen({ host: settings.listenHost, port: settings.port });
      const { signal } = stopping;
      loops = Promise.all([
        every(heartbeatMs, signal, log, beat),
        every(canaryMs, signal, log, async () => canary.speak()),
        every(roundMs, signal, log, () => deafness.round()),
        every(roundMs, signal, log, () => repeater.round()),
        every(sweepMs, signal, log, sweep),
        every(reloadMs, signal, log, () => services.apiKeys.load()),
        every(checkRoomsMs, signal, log, check),
        every(deliverMs, signal, log, () => webhooks.round()),
        every(qualityPeriodMs, signal, log, sumUp),
        every(networksPeriodMs, signal, log, async () => networks.round()),
      ]);
      const port = Number(new URL(address).port);
      log.info({ port, replica }, 'listening');
      return port;
    },
    async close() {
      gate.shut = 'stopping';
      deafness.stop();
      // Those who still hear are those who can take people over. Without Redis, nobody knows.
      const others = await hearing.giveUp().catch(() => undefined);
      if (others === undefined || others.size > 0) {
        const sockets = await give('stopping');
        log.info({ sockets }, 'handed connections over');
      }
      // Whoever is left; without a word of Socket.IO's, after which clients would not connect again by themselves.
      io.engine.close();
      const flushed = tracing.close();
      await Promise.all([departures.settled(), lobby.settled()]);
      await webhooks.stop();
      stopping.abort();
      await loops;
      await summaries.remove().catch(() => {});
      // Last, as others take those for lost whose replica has none.
      await lease.giveUp().catch(() => {});
      await app.close();
      sfu.close();
      redis.close();
      await flushed;
    },
  };
}
