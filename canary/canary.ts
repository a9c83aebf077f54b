import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clip, ownClips, readClip } from '@parley/loadtests/media';
import {
  addOperationsRoutes,
  createRegistry,
  createSpanId,
  formatTraceparent,
  type Health,
  type Logger,
  type Registry,
} from '@parley/telemetry';
import { type FastifyInstance, fastify } from 'fastify';
import { CanaryMetrics } from './metrics.ts';
import { runRound } from './round.ts';
import type { Settings } from './settings.ts';

/** So many rounds may be missing before a restart is asked for. */
const missedRounds = 5;
/** What a round may take besides its joins and its media, in ms. */
const besidesMs = 10_000;

/** Lets two participants meet, round after round, one at a time, and counts how it goes. */
export class Canary {
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #registry: Registry = createRegistry();
  readonly #metrics = new CanaryMetrics(this.#registry);
  readonly #app: FastifyInstance = fastify({ logger: false, bodyLimit: 1024 });
  readonly #over = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #roundEnded = performance.now();
  #failing: string | undefined;

  constructor(settings: Settings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
    addOperationsRoutes(
      this.#app,
      this.#registry,
      () =>
        this.#over.signal.aborted
          ? { ready: false, reason: 'The canary is being stopped.' }
          : { ready: true },
      () => this.#health(),
    );
  }

  /** Listens and begins with the first round. @returns its address. @throws Error if the port is taken, ClipError if a clip is damaged */
  async start(): Promise<string> {
    const clips = [await readClip('audio', ownClips.audio), await readClip('video', ownClips.video)];
    const { listenHost: host, port, url, room } = this.#settings;
    const address = await this.#app.listen({ host, port });
    this.#log.info({ address, url, room }, 'canary runs');
    this.#running = this.#rounds(clips);
    return address;
  }

  /** Lets the two leave and ends. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#running;
    await this.#app.close();
    this.#log.info('canary ended');
  }

  async #rounds(clips: readonly Clip[]): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      const began = performance.now();
      await this.#round(clips);
      this.#roundEnded = performance.now();
      // A round that took longer than the period is followed by the next at once, and never met by it.
      const rest = this.#settings.periodMs - (this.#roundEnded - began);
      await sleep(Math.max(0, rest), undefined, { signal }).catch(() => {});
    }
  }

  async #round(clips: readonly Clip[]): Promise<void> {
    const traceId = randomBytes(16).toString('hex');
    const { signal } = this.#over;
    // Whether it is recorded is signaling's to say.
    const traceparent = formatTraceparent({ traceId, spanId: createSpanId(), sampled: false });
    const result = await runRound({ ...this.#settings, clips, traceparent, signal });
    // What was cut short says nothing.
    if (signal.aborted) return;
    this.#metrics.observe(result);
    const { failure } = result;
    if (failure) this.#log.info({ traceId, ...failure }, 'a round failed');
    else if (this.#failing !== undefined) this.#log.info({ traceId }, 'a round worked again');
    this.#failing = failure?.code;
  }

  #health(): Health {
    const { periodMs, joinMs, mediaMs } = this.#settings;
    const longest = Math.max(periodMs, joinMs + mediaMs + besidesMs);
    if (performance.now() - this.#roundEnded < missedRounds * longest) return { ok: true };
    return { ok: false, reason: `No round has ended for ${missedRounds} times as long as one may take.` };
  }
}
