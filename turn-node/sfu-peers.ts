import { setTimeout as sleep } from 'node:timers/promises';
import { redisChannels, redisKeys, SfuRegistration } from '@parley/protocol';
import {
  createRedis,
  getAll,
  onServersChanged,
  type RedisClient,
  type RedisServer,
  scanKeys,
} from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import { canBeSfu } from './address-range.ts';
import { afterLook, type Silences } from './allowed-peers.ts';

/** How long the start waits for a connection, in ms. */
const connectMs = 3_000;
/** How often to ask for the SFUs that are known, in ms. */
const lookMs = 5_000;
/** How often to look for SFUs whose announcement was missed, in ms. */
const scanMs = 15_000;

export interface SfuPeersOptions {
  redis: RedisServer;
  pool: string;
  /** Addresses that were allowed before this process. */
  remembered: readonly string[];
  log: Logger;
  /** May throw; it is called again then. */
  onChange: (addresses: readonly string[]) => void;
}

/** The addresses of the pool's SFUs, as these announce them in Redis. */
export class SfuPeers {
  readonly #options: SfuPeersOptions;
  readonly #commands: RedisClient;
  readonly #messages: RedisClient;
  readonly #pods = new Set<string>();
  #silences: Silences;
  #told: readonly string[];
  #lookedAt: number | undefined;
  #scannedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isKnown: boolean;
  #isReachable = true;
  #closed = false;

  constructor(options: SfuPeersOptions) {
    this.#options = options;
    const common = { name: 'parley-turn', lazy: true };
    this.#commands = createRedis(options.redis, { ...common, purpose: 'commands' });
    this.#messages = createRedis(options.redis, { ...common, purpose: 'subscriptions' });
    this.#silences = afterLook(new Map(), options.remembered, 0);
    this.#told = options.remembered;
    this.#isKnown = options.remembered.length > 0;
  }

  /** Whether Redis was ever asked, by this process or by the one before it. */
  get known(): boolean {
    return this.#isKnown;
  }

  get addresses(): string[] {
    return [...this.#silences.keys()].sort();
  }

  /** Begins to follow the SFUs. Resolves when they are known, or Redis could not be asked at once. */
  async start(): Promise<void> {
    this.#messages.on('message', (_channel, pod) => {
      this.#pods.add(pod);
      void this.look();
    });
    this.#messages.subscribe(redisChannels.sfus).catch(() => {});
    // While no sentinel answers, this would never end.
    await Promise.race([
      this.#commands.connect().catch(() => {}),
      sleep(connectMs, undefined, { ref: false }),
    ]);
    onServersChanged(this.#commands, () => void this.look());
    await this.look();
    if (!this.#closed) this.#timer = setInterval(() => void this.look(), lookMs);
  }

  /** Asks Redis, after the look that is under way. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#looking;
    this.#commands.disconnect();
    this.#messages.disconnect();
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    const { log } = this.#options;
    try {
      const seen = await this.#read();
      const now = performance.now();
      this.#silences = afterLook(this.#silences, seen, now - (this.#lookedAt ?? now));
      this.#lookedAt = now;
      this.#isKnown = true;
      if (!this.#isReachable) log.info('Redis answers again');
      this.#isReachable = true;
    } catch (error) {
      this.#lookedAt = undefined;
      this.#scannedAt = Number.NEGATIVE_INFINITY;
      if (this.#isReachable) log.warn({ err: error }, 'Redis cannot be asked for SFUs; those known stay');
      this.#isReachable = false;
    }
    this.#tell();
  }

  /** Passes on what is new, and again at the next look if that fails. */
  #tell(): void {
    const { log, onChange } = this.#options;
    const addresses = this.addresses;
    const added = addresses.filter(address => !this.#told.includes(address));
    const removed = this.#told.filter(address => !addresses.includes(address));
    if (added.length === 0 && removed.length === 0) return;
    try {
      onChange(addresses);
      this.#told = addresses;
      log.info({ added, removed }, 'the SFUs that may be reached have changed');
    } catch (error) {
      log.error({ err: error, added, removed }, 'coturn could not be told of the SFUs; the next try is soon');
    }
  }

  async #read(): Promise<Set<string>> {
    const { pool } = this.#options;
    const now = performance.now();
    if (now - this.#scannedAt >= scanMs) {
      const prefix = redisKeys.sfu('');
      for await (const keys of scanKeys(this.#commands, `${prefix}*`)) {
        // Below an SFU's key are others of its own, and these are no strings.
        const pods = keys.map(key => key.slice(prefix.length)).filter(pod => !pod.includes(':'));
        for (const pod of pods) this.#pods.add(pod);
      }
      this.#scannedAt = now;
    }
    const pods = [...this.#pods];
    const found = await getAll(this.#commands, pods.map(redisKeys.sfu));
    const seen = new Set<string>();
    pods.forEach((pod, index) => {
      const registration = parse(found[index]);
      if (registration?.pool !== pool) this.#pods.delete(pod);
      else for (const address of registration.addresses.filter(canBeSfu)) seen.add(address);
    });
    return seen;
  }
}

/** SFUs of other versions may say other things besides. */
const Announcement = SfuRegistration.pick({ pool: true, addresses: true });

/** What cannot be read is no SFU of this pool. */
function parse(json: string | null | undefined) {
  try {
    return Announcement.parse(JSON.parse(json ?? 'null'));
  } catch {
    return undefined;
  }
}
