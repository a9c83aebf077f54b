import { connect } from 'node:net';
import type { SfuInstance, SfuRegistration } from '@parley/protocol';

/** Between two attempts to have a line, in ms: at first, doubled each time, and at last. */
const pauseMs = { first: 20, longest: 1_000 };

/** A line that lasted so long in ms was one: who closed it may be called again at once. */
const stableMs = 1_000;

/**
 * Keeps a TCP connection to every SFU's control port, on which nothing is said. The kernel closes it in the moment in which the process
 * ends, and where it refuses another then, nobody is there any more: so a dead process is known at once, and one that is slow is not taken
 * for dead. A machine that is gone says nothing here.
 */
export class SfuLines {
  readonly #lines = new Map<SfuInstance, Line>();
  readonly #refused: (instance: SfuInstance) => void;

  /** @param refused is told of a process that is there no more. */
  constructor(refused: (instance: SfuInstance) => void) {
    this.#refused = refused;
  }

  /** Has a line to each of these and to nobody else. */
  follow(sfus: Iterable<Pick<SfuRegistration, 'instance' | 'controlUrl'>>): void {
    const wanted = new Map([...sfus].map(sfu => [sfu.instance, sfu.controlUrl]));
    for (const [instance, line] of this.#lines) {
      if (wanted.get(instance) === line.controlUrl) continue;
      line.close();
      this.#lines.delete(instance);
    }
    for (const [instance, controlUrl] of wanted) {
      if (this.#lines.has(instance)) continue;
      this.#lines.set(instance, new Line(controlUrl, () => this.#refused(instance)));
    }
  }

  close(): void {
    this.follow([]);
  }
}

class Line {
  readonly controlUrl: string;
  readonly #refused: () => void;
  #hangUp: () => void = () => undefined;
  #failures = 0;
  /** Where nothing ever answered, a refusal says nothing of a process. */
  #answered = false;
  #closed = false;

  constructor(controlUrl: string, refused: () => void) {
    this.controlUrl = controlUrl;
    this.#refused = refused;
    this.#call();
  }

  close(): void {
    this.#closed = true;
    this.#hangUp();
  }

  #call(): void {
    const { hostname, port } = new URL(this.controlUrl);
    const host = hostname.replace(/^\[|\]$/g, '');
    const began = performance.now();
    let code: string | undefined;
    // Neither side says anything, so nothing would keep this process alive for its sake.
    const socket = connect({ host, port: Number(port || 80) }).unref();
    this.#hangUp = () => socket.destroy();
    socket.once('connect', () => {
      this.#answered = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    socket.once('close', () => {
      if (this.#closed) return;
      if (code === 'ECONNREFUSED' && this.#answered) this.#refused();
      this.#failures = performance.now() - began >= stableMs ? 0 : this.#failures + 1;
      this.#callAgain();
    });
    socket.resume();
  }

  #callAgain(): void {
    const ms = pauseAfter(this.#failures);
    const timer = setTimeout(() => this.#call(), ms).unref();
    this.#hangUp = () => clearTimeout(timer);
  }
}

function pauseAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(pauseMs.longest, pauseMs.first * 2 ** Math.min(failures - 1, 30));
}
