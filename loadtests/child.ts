import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a child process can be told to do: every call is answered once it is done. */
export type Calls<C> = { [N in keyof C]: (...args: never[]) => Promise<unknown> };

interface CallMessage {
  id: number;
  name: string;
  args: unknown[];
}
type AnswerMessage = { id: number } & ({ value: unknown } | { error: string });

/** Clients in a process of their own, so that their work does not delay the servers' or each other's. */
export class Child<C extends Calls<C>> implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  /** @param program the file that Node runs, which calls `answerCalls`. */
  constructor(program: string) {
    this.#process = fork(program, { stdio: ['ignore', 2, 2, 'ipc'] });
    this.#process.on('message', (answer: AnswerMessage) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.value);
    });
    this.#process.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`A process of clients ended with ${signal ?? `status ${code}`}.`));
      }
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  call<N extends keyof C & string>(name: N, ...args: Parameters<C[N]>): ReturnType<C[N]> {
    const id = this.#calls++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#process.send({ id, name, args } satisfies CallMessage);
    // The other side implements the same interface.
    return waiting.promise as ReturnType<C[N]>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

/** Answers the calls of the process that started this one, and ends when that does. */
export function answerCalls<C extends Calls<C>>(calls: C): void {
  process.on('message', ({ id, name, args }: CallMessage) => {
    const call = calls[name as keyof C];
    call(...(args as never[]))
      .then(
        value => ({ id, value }),
        error => ({ id, error: `${name}: ${error instanceof Error ? error.message : error}` }),
      )
      .then((answer: AnswerMessage) => process.send?.(answer));
  });
  process.once('disconnect', () => process.exit(0));
}
