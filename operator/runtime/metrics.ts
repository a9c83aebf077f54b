import { Counter, Gauge, Histogram, type Registry } from '@parley/telemetry';

/** Figures of every controller, in the manner of controller-runtime's. */
export class ControllerMetrics {
  readonly #total: Counter<'controller' | 'result'>;
  readonly #errors: Counter<'controller'>;
  readonly #seconds: Histogram<'controller'>;
  readonly #requests: Counter<'method' | 'code'>;
  readonly #depths = new Map<string, () => number>();
  readonly #silences = new Map<string, () => number>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#total = new Counter({
      name: 'parley_operator_reconcile_total',
      help: 'Reconciliations by controller and result.',
      labelNames: ['controller', 'result'],
      registers,
    });
    this.#errors = new Counter({
      name: 'parley_operator_reconcile_errors_total',
      help: 'Reconciliations that failed and are tried again.',
      labelNames: ['controller'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'parley_operator_reconcile_seconds',
      help: 'Time that a reconciliation takes.',
      labelNames: ['controller'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#requests = new Counter({
      name: 'parley_operator_api_requests_total',
      help: 'Requests to the Kubernetes API server by method and HTTP status; none: no answer.',
      labelNames: ['method', 'code'],
      registers,
    });
    const gauge = (name: string, help: string, label: string, sources: Map<string, () => number>) =>
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        collect() {
          for (const [value, read] of sources) this.set({ [label]: value }, read());
        },
      });
    gauge('parley_operator_queue_depth', 'Keys that wait for a worker.', 'controller', this.#depths);
    gauge(
      'parley_operator_watch_silence_seconds',
      'Time since the API server last said anything about a collection.',
      'resource',
      this.#silences,
    );
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

  observeDepth(controller: string, read: () => number): void {
    this.#depths.set(controller, read);
  }

  observeSilence(resource: string, read: () => number): void {
    this.#silences.set(resource, read);
  }

  countRequest(method: string, code: string): void {
    this.#requests.inc({ method, code });
  }
}
