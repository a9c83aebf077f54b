import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { redisChannels, type SfuInstance, type SfuRegistration, type SpeakersOf } from '@parley/protocol';
import { createRegistry, type Logger, type Registry, Tracing } from '@parley/telemetry';
import type { FastifyInstance } from 'fastify';
import type { MediaAddress } from './addresses.ts';
import { addCensusMetrics } from './census-metrics.ts';
import { controlHandlers } from './control-handlers.ts';
import { createControlServer } from './control-server.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { meshHandlers } from './mesh/mesh-handlers.ts';
import { addMeshMetrics } from './mesh/mesh-metrics.ts';
import { OutgoingPipes } from './mesh/outgoing-pipes.ts';
import { Peers } from './mesh/peers.ts';
import { addMediaMetrics, createCallMetrics } from './metrics.ts';
import { QualityReport } from './quality.ts';
import { Reaper } from './reaper.ts';
import { Registration } from './registration.ts';
import { Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';
import { StreamMeter } from './stream-meter.ts';
import { addStreamCounters } from './stream-metrics.ts';
import { TrafficMeter } from './traffic-meter.ts';
import { WorkerPool } from './worker-pool.ts';
import { WorkerWatch } from './worker-watch.ts';

/** How long somebody may only wait in a room, without sending or receiving, in ms. */
const unusedMs = 6 * 3_600_000;

/** One SFU: its workers, its rooms, its control API and its registration. */
export class Sfu {
  /** Its figures. */
  readonly registry: Registry;
  readonly #settings: Settings;
  readonly #addresses: readonly MediaAddress[];
  readonly #instance = randomUUID() as SfuInstance;
  readonly #log: Logger;
  readonly #tracing: Tracing;
  readonly #pool: WorkerPool;
  readonly #rooms: Rooms;
  readonly #peers: Peers;
  readonly #outgoing: OutgoingPipes;
  readonly #reaper: Reaper;
  readonly #registration: Registration;
  readonly #server: FastifyInstance;
  readonly #watch: WorkerWatch;
  readonly #traffic: TrafficMeter;
  readonly #streams: StreamMeter;
  #controlUrl = '';
  #stopping: Promise<void> | undefined;

  constructor(
    settings: Settings,
    addresses: readonly MediaAddress[],
    log: Logger,
    limits: Limits = defaultLimits,
  ) {
    this.#settings = settings;
    this.#log = log;
    const { workerBin, mediaPorts: ports, consumersPerWorker } = settings;
    this.#addresses = addresses;
    this.#pool = new WorkerPool({ addresses, workerBin, ports, consumersPerWorker }, log);
    this.#watch = new WorkerWatch(this.#pool, log);
    const { ip, controlToken } = settings;
    this.#peers = new Peers({
      own: this.#instance,
      token: controlToken,
      limit: limits.sfus,
      isAlive: place => this.#registration.knows(place),
      log,
    });
    const registry = createRegistry();
    this.registry = registry;
    this.#streams = new StreamMeter(addStreamCounters(registry));
    this.#rooms = new Rooms(this.#pool, limits, { peers: this.#peers, ip }, this.#streams);
    this.#outgoing = new OutgoingPipes({ instance: this.#instance, ip, rooms: this.#rooms, limits, log });
    this.#traffic = new TrafficMeter(this.#rooms, log);
    this.#reaper = new Reaper(this.#rooms, { leftMs: settings.roomIdleMs, unusedMs }, log);
    const quality = new QualityReport(settings.pod, () => this.#rooms.all);
    this.#registration = new Registration(
      settings.redis,
      () => this.#describe(),
      redis => quality.write(redis),
      log,
    );
    this.#rooms.on('lost', (lost, { port }) => {
      for (const room of lost) log.error({ room, port }, 'room lost media with a worker');
      void this.#registration.routersLost(lost);
    });
    this.#rooms.on('forgotten', room => {
      log.error({ room }, 'room lost media that came from another SFU');
      void this.#registration.routersLost([room]);
    });
    this.#peers.onChanged(() => void this.#registration.beat());
    this.#rooms.on('speakers', ({ uid, generation }, speakers) => {
      const said: SpeakersOf = { generation, speakers: [...speakers] };
      this.#registration.say(redisChannels.speakers(uid), JSON.stringify(said));
    });

    addCensusMetrics(registry, this.#rooms);
    addMediaMetrics(registry, this.#pool, this.#rooms, this.#registration, this.#traffic);
    addMeshMetrics(registry, this.#rooms, this.#peers, this.#outgoing);
    this.#tracing = new Tracing(settings.tracing, 'sfu', registry, log);
    this.#server = createControlServer({
      handlers: {
        ...controlHandlers(this.#instance, this.#pool, this.#rooms, this.#peers),
        ...meshHandlers(this.#outgoing),
      },
      calls: createCallMetrics(registry),
      tracing: this.#tracing,
      token: settings.controlToken,
      bodyBytes: limits.bodyBytes,
      registry,
      // Redis is left out on purpose: without it the calls go on, and without a registration no new rooms come.
      readiness: () =>
        this.#rooms.draining ? { ready: false, reason: 'The SFU is being stopped.' } : this.#pool.readiness,
      health: () => this.#pool.health,
      log,
    });
  }

  get instance(): SfuInstance {
    return this.#instance;
  }

  /** Base URL of the control API, once it listens. */
  get controlUrl(): string {
    return this.#controlUrl;
  }

  get pool(): WorkerPool {
    return this.#pool;
  }

  /** What it sends to other SFUs. */
  get outgoing(): OutgoingPipes {
    return this.#outgoing;
  }

  /** Starts the workers, listens and registers. @throws Error if the control port is taken. */
  async start(): Promise<void> {
    await this.#tracing.start();
    const { listenHost: host, port, ip } = this.#settings;
    await this.#server.listen({ host, port });
    const address = this.#server.server.address();
    this.#controlUrl = `http://${isIPv6(ip) ? `[${ip}]` : ip}:${typeof address === 'object' && address ? address.port : port}`;
    await this.#pool.start();
    this.#watch.start();
    this.#traffic.start();
    this.#streams.start();
    this.#reaper.start();
    this.#outgoing.start();
    this.#registration.start();
    this.#log.info(
      {
        instance: this.#instance,
        controlUrl: this.#controlUrl,
        mediaPorts: this.#settings.mediaPorts,
        addresses: this.#addresses,
      },
      'SFU runs',
    );
  }

  /** Takes no new rooms, waits until nobody is in any or for as long as the settings say, then ends everything. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#rooms.drain();
    void this.#registration.beat();
    this.#log.info({ participants: this.#rooms.participants }, 'draining');
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, this.#settings.drainMs);
    await Promise.race([this.#rooms.empty(), timeout.promise]);
    clearTimeout(timer);

    this.#watch.close();
    this.#traffic.close();
    this.#streams.close();
    this.#reaper.close();
    const left = this.#rooms.participants;
    await this.#registration.close();
    await this.#server.close();
    this.#peers.close();
    this.#outgoing.close();
    await Promise.all([this.#pool.close(), this.#tracing.close()]);
    this.#log.info({ participantsCutOff: left }, 'SFU ended');
  }

  /** Nothing while no worker runs: nobody should place a room here then. */
  #describe(): SfuRegistration | undefined {
    const { workers } = this.#pool;
    if (workers.length === 0) return undefined;
    const { sent, received } = this.#traffic.traffic;
    const participants = this.#rooms.all.flatMap(room => [...room.participants.values()]);
    const count = (what: 'transports' | 'producers' | 'consumers') =>
      participants.reduce((sum, each) => sum + each[what].length, 0);
    return {
      pod: this.#settings.pod,
      pool: this.#settings.pool,
      instance: this.#instance,
      controlUrl: this.#controlUrl,
      addresses: this.#addresses.map(({ announced }) => announced),
      state: this.#rooms.draining ? 'draining' : 'serving',
      workers: workers.length,
      deaths: this.#pool.deaths + this.#rooms.cuts,
      cutOff: this.#peers.cutOff,
      load: {
        rooms: this.#rooms.all.length,
        transports: count('transports'),
        producers: count('producers'),
        consumers: count('consumers'),
        workerCpu: Math.max(0, ...workers.map(({ cpu }) => cpu)),
        sentBitrate: sent,
        receivedBitrate: received,
        used: this.#pool.used,
      },
    };
  }
}
