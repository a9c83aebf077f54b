import { rename } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Probe } from '../kube/types.ts';
import { type Exit, type RunningProcess, startProcess, stopProcess } from '../processes.ts';
import { afterEnd, noRestarts, restarts } from './backoff.ts';
import { MissingReferenceError } from './environment.ts';
import { type ProbeTarget, probeOnce } from './probe.ts';
import { firstVerdict, isFatal, nextVerdict, type ProbeKind } from './probe-verdict.ts';
import type { ContainerFacts, Run, Terminated } from './status.ts';

/** What a container is started with. */
export interface Preparation {
  command: [string, ...string[]];
  env: Record<string, string>;
}

export interface ContainerOptions {
  container: Container;
  restartPolicy: string;
  address: string;
  /** Working directory of the process. */
  dir: string;
  logFile: string;
  graceMs: number;
  /** @throws MissingReferenceError while something that the container needs is not there. */
  prepare(): Promise<Preparation>;
  /** Called after every change of `facts`. */
  changed(): void;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** The container's image is not among those that are known. */
export class UnknownImageError extends Error {
  override readonly name = 'UnknownImageError';
}

const retryMs = 2_000;
/** A container that is not up yet is asked more often than its probe says, since everybody waits for it. */
const eagerMs = 100;

/** Runs one container of a pod as a process, again and again as its restart policy says. */
export class ContainerRunner {
  readonly #options: ContainerOptions;
  readonly #stopped = new AbortController();
  #facts: ContainerFacts;
  #process: RunningProcess | undefined;

  constructor(options: ContainerOptions) {
    this.#options = options;
    const { name, image = '' } = options.container;
    const run: Run = { kind: 'waiting', reason: 'ContainerCreating' };
    this.#facts = { name, image, run, restartCount: 0, started: false, ready: false };
  }

  get facts(): ContainerFacts {
    return this.#facts;
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Resolves when the container has ended for good. */
  async run(): Promise<void> {
    let history = noRestarts;
    for (let attempt = 0; ; attempt += 1) {
      const started = await this.#start(attempt);
      if (!started) return;
      const began = Date.now();
      const end = await this.#supervise(started);
      if (this.#isStopped || !restarts(this.#options.restartPolicy, end.exitCode)) {
        this.#set({ run: { kind: 'terminated', end }, started: false, ready: false });
        return;
      }
      const next = afterEnd(history, Date.now() - began);
      history = next.history;
      const message = `back-off ${next.delayMs / 1000}s restarting failed container=${this.#facts.name}`;
      const run: Run =
        next.delayMs > 0
          ? { kind: 'waiting', reason: 'CrashLoopBackOff', message }
          : { kind: 'terminated', end };
      this.#set({ run, last: end, started: false, ready: false });
      if (next.delayMs > 0) this.#options.event('Warning', 'BackOff', message);
      await this.#pause(next.delayMs);
    }
  }

  /** Ends it: SIGTERM, and SIGKILL to all that is left after the grace. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped.abort();
    const running = this.#process;
    if (!running) return;
    await stopProcess(running, graceMs);
  }

  get #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #set(change: Partial<ContainerFacts>): void {
    this.#facts = { ...this.#facts, ...change };
    this.#options.changed();
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  /** Starts the process, as soon as what it needs is there. */
  async #start(attempt: number): Promise<{ running: RunningProcess; target: ProbeTarget } | undefined> {
    const { container, dir, logFile, prepare, event, address } = this.#options;
    while (!this.#isStopped) {
      try {
        const { command, env } = await prepare();
        if (this.#isStopped) return undefined;
        await rename(logFile, `${logFile}.previous`).catch(() => undefined);
        const running = await startProcess({ command, env, cwd: dir, logFile });
        this.#process = running;
        if (this.#isStopped) running.killGroup();
        const startedAt = new Date().toISOString();
        this.#set({
          run: { kind: 'running', startedAt, containerId: `process://${running.pid}` },
          restartCount: attempt,
          started: !container.startupProbe,
          ready: !container.startupProbe && !container.readinessProbe,
        });
        event('Normal', 'Started', `Started container ${container.name}`);
        return { running, target: { container, address, env, cwd: dir } };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const reason = reasonOf(error);
        this.#set({ run: { kind: 'waiting', reason, message } });
        event('Warning', 'Failed', message);
        await this.#pause(retryMs);
      }
    }
    return undefined;
  }

  async #supervise({
    running,
    target,
  }: {
    running: RunningProcess;
    target: ProbeTarget;
  }): Promise<Terminated> {
    const startedAt = new Date().toISOString();
    const ended = new AbortController();
    const probing = this.#probeAll(running, target, ended.signal);
    const exit = await running.exited;
    ended.abort();
    running.killGroup();
    this.#process = undefined;
    await probing;
    return terminated(exit, startedAt, running.pid);
  }

  async #probeAll(running: RunningProcess, target: ProbeTarget, signal: AbortSignal): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.#options.container;
    if (startupProbe) {
      await this.#probe('startup', startupProbe, running, target, signal);
      if (signal.aborted) return;
      this.#set({ started: true, ready: !readinessProbe });
    }
    await Promise.all([
      readinessProbe && this.#probe('readiness', readinessProbe, running, target, signal),
      livenessProbe && this.#probe('liveness', livenessProbe, running, target, signal),
    ]);
  }

  /** Asks until the process ends; a startup probe only until its first success. */
  async #probe(
    kind: ProbeKind,
    probe: Probe,
    running: RunningProcess,
    target: ProbeTarget,
    signal: AbortSignal,
  ): Promise<void> {
    const { event, graceMs } = this.#options;
    const periodMs = (probe.periodSeconds ?? 10) * 1000;
    const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
    let verdict = firstVerdict(kind);
    let answered = false;
    await pause((probe.initialDelaySeconds ?? 0) * 1000);
    while (!signal.aborted) {
      const due = Date.now() + periodMs;
      let result = await probeOnce(probe, target);
      while (!result.success && !answered && !signal.aborted && Date.now() + eagerMs < due) {
        await pause(eagerMs);
        result = await probeOnce(probe, target);
      }
      if (signal.aborted) return;
      answered ||= result.success;
      verdict = nextVerdict(verdict, result.success, probe);
      if (!result.success) {
        const name = kind[0]?.toUpperCase() + kind.slice(1);
        event('Warning', 'Unhealthy', `${name} probe failed: ${result.message}`);
      }
      if (isFatal(kind, verdict, probe)) {
        event('Normal', 'Killing', `Container ${this.#facts.name} failed ${kind} probe, will be restarted`);
        await stopProcess(running, graceMs);
        return;
      }
      if (kind === 'startup' && verdict.ok) return;
      if (kind === 'readiness' && verdict.ok !== this.#facts.ready) this.#set({ ready: verdict.ok });
      await pause(Math.max(0, due - Date.now()));
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnknownImageError) return 'ErrImagePull';
  return error instanceof MissingReferenceError ? 'CreateContainerConfigError' : 'CreateContainerError';
}

function terminated({ code, signal }: Exit, startedAt: string, pid: number): Terminated {
  const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  return {
    exitCode,
    ...(signal ? { signal: constants.signals[signal] } : {}),
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt,
    finishedAt: new Date().toISOString(),
    containerID: `process://${pid}`,
  };
}
