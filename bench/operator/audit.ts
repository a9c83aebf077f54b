import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the operator calls itself to the API server. */
const operator = 'parley-operator';
const writes = new Set(['create', 'update', 'patch', 'delete']);

interface AuditEvent {
  verb: string;
  userAgent?: string;
  objectRef?: { resource?: string; subresource?: string };
}

/** What the operator asked of the API server in a while. Renewals of leases are not in it. */
export interface Requests {
  total: number;
  writes: number;
  /** By verb and resource, such as `patch rooms/status`. */
  byKind: Record<string, number>;
}

/** Counts requests where they arrive: in the API server's audit log. */
export class Audit {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** A point in time, for `since`. */
  async mark(): Promise<number> {
    return (await stat(this.#file)).size;
  }

  async since(mark: number): Promise<Requests> {
    const requests: Requests = { total: 0, writes: 0, byKind: {} };
    for await (const line of createInterface({ input: createReadStream(this.#file, { start: mark }) })) {
      const event = parse(line);
      if (event?.userAgent !== operator) continue;
      const { resource = '', subresource } = event.objectRef ?? {};
      if (resource === 'leases') continue;
      const kind = `${event.verb} ${subresource ? `${resource}/${subresource}` : resource}`;
      requests.total += 1;
      requests.writes += writes.has(event.verb) ? 1 : 0;
      requests.byKind[kind] = (requests.byKind[kind] ?? 0) + 1;
    }
    return requests;
  }

  /** Resolves once the operator has written nothing for so many seconds. */
  async quiet(seconds: number, signal: AbortSignal): Promise<void> {
    let mark = await this.mark();
    for (let quiet = 0; quiet < seconds; quiet += 1) {
      await sleep(1_000, undefined, { signal });
      const { writes } = await this.since(mark);
      if (writes > 0) quiet = -1;
      mark = await this.mark();
    }
  }
}

/** The last line may be only half written. */
function parse(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined;
  }
}
