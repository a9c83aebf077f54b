import type { BenchmarkOptions } from '../benchmark.ts';
import type { ServerProcess } from '../process.ts';
import type { Audience } from './audience.ts';
import { Servers } from './servers.ts';

/** What is measured, and what it is compared with. */
export const serverKinds = ['sfu', 'bare'] as const;
export type ServerKind = (typeof serverKinds)[number];
export type PerServer<T> = Record<ServerKind, T>;

/** One SFU and one bare worker. */
export class Stage implements AsyncDisposable {
  readonly servers: Readonly<PerServer<ServerProcess>>;
  readonly #all: Servers;

  private constructor(servers: PerServer<ServerProcess>, all: Servers) {
    this.servers = servers;
    this.#all = all;
  }

  static async start(options: BenchmarkOptions): Promise<Stage> {
    await using cleaning = new AsyncDisposableStack();
    const all = cleaning.use(await Servers.open(options));
    const sfu = await all.startSfu('sfu', { profiles: options.profiles });
    const bare = await all.startBare();
    cleaning.move();
    return new Stage({ sfu, bare }, all);
  }

  /** People for a new room on one of the servers. They leave with the stage. */
  gather(kind: ServerKind): Promise<Audience> {
    return this.#all.gather(this.servers[kind]);
  }

  get programs(): Record<string, string> {
    return this.#all.programs;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#all[Symbol.asyncDispose]();
  }
}
