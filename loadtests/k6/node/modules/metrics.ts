/** `k6/metrics` on Node. */
import { record } from '../samples.ts';

type Tags = Readonly<Record<string, unknown>>;

class Metric {
  readonly #name: string;

  constructor(type: 'trend' | 'rate' | 'counter' | 'gauge', name: string, isTime = false) {
    this.#name = name;
    record.declare(name, type, isTime);
  }

  add(value: number | boolean, tags: Tags = {}): void {
    record.add(this.#name, Number(value), tags);
  }
}

export class Trend extends Metric {
  constructor(name: string, isTime = false) {
    super('trend', name, isTime);
  }
}

export class Rate extends Metric {
  constructor(name: string) {
    super('rate', name);
  }
}

export class Counter extends Metric {
  constructor(name: string) {
    super('counter', name);
  }
}

export class Gauge extends Metric {
  constructor(name: string) {
    super('gauge', name);
  }
}
