import { Counter, Gauge, Histogram, type Registry } from '@parley/telemetry';
import type { QueueObserver } from './queue.ts';

/** What a controller lets be read of itself at each scrape. */
export interface ControllerFigures {
  concurrency: number;
  depth: () => number;
  /** For each key that is worked on, since how many seconds. */
  runningSeconds: () => number[];
}

type Sources = Map<string, () => number>;

const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Figures of every controller, in the manner of controller-runtime's. */
export class ControllerMetrics {
  readonly #total: Counter<'controller' | 'result'>;
  readonly #errors: Counter<'controller'>;
  readonly #seconds: Histogram<'controller'>;
  readonly #adds: Counter<'controller'>;
  readonly #retries: Counter<'controller'>;
  readonly #waits: Histogram<'controller'>;
  readonly #requests: Counter<'method' | 'code'>;
  readonly #requestSeconds: Histogram<'method'>;
  readonly #controllers = new Map<string, ControllerFigures>();
  readonly #silences: Sources = new Map();
  #isLeading = () => false;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
      new Counter({ name: `parley_operator_${name}`, help, labelNames, registers });
    const histogram = <T extends string>(name: string, help: string, labelNames: T[]) =>
      new Histogram({ name: `parley_operator_${name}`, help, labelNames, buckets, registers });
    const gauge = (name: string, help: string, label: string, read: () => Iterable<[string, number]>) =>
      new Gauge({
        name: `parley_operator_${name}`,
        help,
        labelNames: [label],
        registers,
        collect() {
          for (const [value, figure] of read()) this.set({ [label]: value }, figure);
        },
      });
    const perController = (name: string, help: string, figure: (of: ControllerFigures) => number) =>
      gauge(name, help, 'controller', () =>
        [...this.#controllers].map(([controller, figures]) => [controller, figure(figures)]),
      );

    this.#total = counter('reconcile_total', 'Reconciliations by controller and result.', [
      'controller',
      'result',
    ]);
    this.#errors = counter('reconcile_errors_total', 'Reconciliations that failed and are tried again.', [
      'controller',
    ]);
    this.#seconds = histogram('reconcile_seconds', 'Time that a reconciliation takes.', ['controller']);
    perController('active_workers', 'Workers that are at work.', of => of.runningSeconds().length);
    perController('max_concurrent_reconciles', 'Workers there may be.', of => of.concurrency);
    perController('queue_depth', 'Keys that wait for a worker.', of => of.depth());
    this.#adds = counter('queue_adds_total', 'Keys that came to wait for a worker.', ['controller']);
    this.#retries = counter('queue_retries_total', 'Keys that are tried again after a failure.', [
      'controller',
    ]);
    this.#waits = histogram('queue_seconds', 'Time that a key waits for a worker.', ['controller']);
    perController('queue_unfinished_seconds', 'Age of all work under way, added up.', of =>
      of.runningSeconds().reduce((sum, seconds) => sum + seconds, 0),
    );
    perController('queue_longest_running_seconds', 'Age of the oldest work under way.', of =>
      Math.max(0, ...of.runningSeconds()),
    );
    this.#requests = counter(
      'api_requests_total',
      'Requests to the Kubernetes API server by method and HTTP status; none: no answer.',
      ['method', 'code'],
    );
    this.#requestSeconds = histogram(
      'api_request_seconds',
      'Time until the Kubernetes API server begins to answer, by method.',
      ['method'],
    );
    gauge(
      'watch_silence_seconds',
      'Time since the API server last said anything about a collection.',
      'resource',
      () => [...this.#silences].map(([resource, read]) => [resource, read()]),
    );
    const isLeading = () => (this.#isLeading() ? 1 : 0);
    new Gauge({
      name: 'parley_operator_leader',
      help: 'Whether this process is the one that acts.',
      registers,
      collect() {
        this.set(isLeading());
      },
    });
  }

  /** Starts a measurement; the function that it returns ends it. */
  begin(controller: string): (result: 'success' | 'error') => void {
    const end = this.#seconds.startTimer({ controller });
    return result => {
      end();
      this.#total.inc({ controller, result });
      this.#errors.inc({ controller }, result === 'error' ? 1 : 0);
    };
  }

  observeController(controller: string, figures: ControllerFigures): void {
    this.#controllers.set(controller, figures);
  }

  queueObserver(controller: string): QueueObserver {
    this.#adds.inc({ controller }, 0);
    this.#retries.inc({ controller }, 0);
    return {
      added: () => this.#adds.inc({ controller }),
      retried: () => this.#retries.inc({ controller }),
      waited: seconds => this.#waits.observe({ controller }, seconds),
    };
  }

  observeSilence(resource: string, read: () => number): void {
    this.#silences.set(resource, read);
  }

  observeLeader(isLeading: () => boolean): void {
    this.#isLeading = isLeading;
  }

  countRequest(method: string, code: string, seconds: number): void {
    this.#requests.inc({ method, code });
    this.#requestSeconds.observe({ method }, seconds);
  }
}
