import { mkdir, writeFile } from 'node:fs/promises';
import { createRegistry, type Health, type Logger, type Readiness, type Registry } from '@parley/telemetry';
import type { FastifyInstance } from 'fastify';
import { countAllocations } from './allocations.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { Liveness } from './liveness.ts';
import { addMetrics } from './metrics.ts';
import { readSecrets } from './secrets.ts';
import { createServer } from './server.ts';
import type { Settings } from './settings.ts';
import { SfuPeers } from './sfu-peers.ts';
import { Turnserver } from './turnserver.ts';
import { dataFiles, turnserverConf } from './turnserver-conf.ts';
import { UserDatabase } from './user-database.ts';
import { watchFolder } from './watch.ts';

/** How often a draining relay counts what is left, in ms. */
const countMs = 500;
/** Looks without an allocation before there is none: a client may be between two. */
const emptyLooks = 2;

const secretsProblem = 'the secrets cannot be read; those known stay';
const certificateProblem = 'the certificate cannot be read; the one in use stays';

/** One relay: coturn, what it is told, and what it says of itself. */
export class Relay {
  /** Its figures. */
  readonly registry: Registry;
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #turnserver: Turnserver;
  readonly #liveness: Liveness;
  readonly #server: FastifyInstance;
  readonly #open = new DisposableStack();
  #database: UserDatabase | undefined;
  #peers: SfuPeers | undefined;
  #secrets: readonly string[] = [];
  #certificate: Certificate | undefined;
  #draining = false;
  /** Problems that were named, so that each is named once. */
  readonly #warned = new Map<string, string>();
  #stopping: Promise<void> | undefined;

  constructor(settings: Settings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
    const registry = createRegistry();
    this.registry = registry;
    const counters = addMetrics(registry, {
      allocations: () => this.countAllocations(),
      peers: () => this.#peers?.addresses.length ?? 0,
      secrets: () => this.#secrets.length,
      up: () => this.#liveness.answers,
      draining: () => this.#draining,
      certificateExpires: () => this.#certificate?.expires,
    });
    this.#turnserver = new Turnserver({
      bin: settings.turnserverBin,
      args: ['-c', dataFiles(settings.dataDir).config, ...settings.extraArgs],
      log,
      onEvent: event => counters.count(event),
      onDeath: () => {
        counters.restarted();
        this.#liveness.died();
      },
    });
    this.#liveness = new Liveness({ ips: settings.ips, port: settings.turnPort, log });
    this.#server = createServer(
      registry,
      () => this.readiness,
      () => this.health,
    );
  }

  /** Process id of coturn while it runs. */
  get coturnPid(): number | undefined {
    return this.#turnserver.pid;
  }

  /** Where health and metrics are served, once they are. */
  get address() {
    return this.#server.server.address();
  }

  get coturnAnswers(): boolean {
    return this.#liveness.answers;
  }

  get readiness(): Readiness {
    if (this.#draining) return { ready: false, reason: 'The relay is being stopped.' };
    if (!this.#liveness.answers) return { ready: false, reason: 'coturn does not answer.' };
    if (!this.#peers?.known) {
      return { ready: false, reason: 'Redis has not yet said which SFUs may be reached.' };
    }
    return { ready: true };
  }

  get health(): Health {
    return this.#liveness.health;
  }

  /** Allocations that clients hold; undefined where the kernel does not tell. */
  async countAllocations(): Promise<number | undefined> {
    const { pid } = this.#turnserver;
    return pid === undefined ? 0 : countAllocations(pid, this.#settings.relayPorts);
  }

  /**
   * Starts coturn and begins to serve. Redis may be away.
   *
   * @throws RelayError if there is no usable secret or certificate; Error if a port is taken or DATA_DIR is read-only.
   */
  async start(): Promise<void> {
    const { dataDir, secretsDir, tlsDir, redis, pool, listenHost: host, port } = this.#settings;
    this.#secrets = await readSecrets(secretsDir);
    if (tlsDir) this.#certificate = await readCertificate(tlsDir);
    const files = dataFiles(dataDir);
    await mkdir(dataDir, { recursive: true });
    await writeFile(files.config, turnserverConf(this.#settings), { mode: 0o600 });
    const database = new UserDatabase(files.database);
    this.#database = database;
    database.setSecrets(this.#secrets);

    await this.#server.listen({ host, port });
    this.#peers = new SfuPeers({
      redis,
      pool,
      remembered: database.peers,
      log: this.#log,
      onChange: addresses => database.setPeers(addresses),
    });
    // coturn then knows the SFUs from its first moment, unless Redis is away.
    await this.#peers.start();
    if (this.#stopping) return;
    this.#turnserver.start();
    this.#liveness.start();
    this.#open.use(watchFolder(secretsDir, () => this.#renewSecrets(database)));
    if (tlsDir) this.#open.use(watchFolder(tlsDir, () => this.#renewCertificate(tlsDir)));
    this.#log.info(
      { ips: this.#settings.ips, secrets: this.#secrets.length, tls: tlsDir !== undefined },
      'relay runs',
    );
  }

  /** Takes no new allocations, waits until none is left or for as long as the settings say, then ends everything. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#draining = true;
    try {
      this.#database?.refuseNew();
    } catch (error) {
      this.#log.warn({ err: error }, 'coturn could not be told to take no new allocations');
    }
    this.#log.info({ allocations: await this.countAllocations() }, 'draining');
    await this.#emptied(performance.now() + this.#settings.drainMs);

    const left = await this.countAllocations();
    this.#open.dispose();
    this.#liveness.stop();
    await this.#turnserver.stop();
    await this.#peers?.close();
    await this.#server.close();
    this.#database?.close();
    this.#log.info({ allocationsCutOff: left }, 'relay ended');
  }

  /** Resolves when no allocation is left, or at `end` of `performance.now()`. */
  async #emptied(end: number): Promise<void> {
    for (let empty = 0; performance.now() < end; ) {
      empty = (await this.countAllocations()) === 0 ? empty + 1 : 0;
      if (empty >= emptyLooks) return;
      await new Promise(resolve =>
        setTimeout(resolve, Math.min(countMs, Math.max(0, end - performance.now()))),
      );
    }
  }

  async #renewSecrets(database: UserDatabase): Promise<void> {
    try {
      const secrets = await readSecrets(this.#settings.secretsDir);
      this.#warned.delete(secretsProblem);
      if (secrets.join('\n') === this.#secrets.join('\n')) return;
      database.setSecrets(secrets);
      this.#secrets = secrets;
      this.#log.info({ accepted: secrets.length }, 'the secrets have changed');
    } catch (error) {
      this.#warnOnce(error, secretsProblem);
    }
  }

  /** coturn reads the files again when told so; it does not look by itself. */
  async #renewCertificate(tlsDir: string): Promise<void> {
    try {
      const certificate = await readCertificate(tlsDir);
      this.#warned.delete(certificateProblem);
      if (certificate.fingerprint === this.#certificate?.fingerprint) return;
      // Before it answers it may not know the signal yet, and would end by it. The next look is soon.
      if (!this.#liveness.answers) return;
      this.#turnserver.signal('SIGUSR2');
      this.#certificate = certificate;
      this.#log.info({ expires: certificate.expires }, 'the certificate has changed');
    } catch (error) {
      this.#warnOnce(error, certificateProblem);
    }
  }

  /** Files are read again and again, and stay as they are meanwhile. */
  #warnOnce(error: unknown, message: string): void {
    const why = String(error);
    if (this.#warned.get(message) === why) return;
    this.#warned.set(message, why);
    this.#log.warn({ err: error }, message);
  }
}
