import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { locateTools } from '@parley/setup';
import { serveBeyond } from './beyond.ts';
import type { Destination } from './frames.ts';

const run = promisify(execFile);
const { ip = 'ip', nft = 'nft', chromium = 'chromium' } = locateTools();
const prefix = 'parley-far-';

/** What a browser in the far network reaches the world under. */
const worldAddress = '10.9.9.1';

/** The two networks that the client can be in. */
const lans = [
  { name: 'lan0', client: '10.9.1.2', router: '10.9.1.1' },
  { name: 'lan1', client: '10.9.2.2', router: '10.9.2.1' },
] as const;

/** Why this machine cannot make networks of its own, if it cannot. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  const name = `${prefix}${process.pid}-probe`;
  try {
    await run(ip, ['netns', 'add', name]);
  } catch {
    return 'network namespaces take root and iproute2';
  }
  try {
    await run(ip, ['netns', 'exec', name, nft, 'add', 'table', 'ip', 'probe']);
    return undefined;
  } catch {
    return 'address translation takes nftables';
  } finally {
    await run(ip, ['netns', 'del', name]);
  }
}

/**
 * A network of its own with a client behind a router that translates its address (masquerade), in namespaces that nothing else of the
 * machine notices. The world beyond is one address, with a door for each port that the client may reach.
 */
export class FarNetwork implements AsyncDisposable {
  readonly #name: string;
  readonly #cleanup: AsyncDisposableStack;
  readonly #doors: ChildProcess;
  readonly #opened = new Map<string, Promise<number>>();
  /** Chromium, as one starts it inside. */
  readonly browserPath: string;

  private constructor(name: string, browserPath: string, doors: ChildProcess, cleanup: AsyncDisposableStack) {
    this.#name = name;
    this.browserPath = browserPath;
    this.#doors = doors;
    this.#cleanup = cleanup;
    doors.setMaxListeners(100);
  }

  static async make(): Promise<FarNetwork> {
    await removeLeftovers();
    const name = `${prefix}${process.pid}`;
    await using cleanup = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'parley-far-'));
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    for (const place of ['client', 'router', 'world']) {
      await run(ip, ['netns', 'add', `${name}-${place}`]);
      cleanup.defer(async () => {
        await run(ip, ['netns', 'del', `${name}-${place}`]);
      });
    }
    for (const lan of lans)
      await connectPlaces(name, lan.name, ['client', lan.client], ['router', lan.router]);
    await connectPlaces(name, 'wan', ['router', '10.9.9.2'], ['world', worldAddress]);
    const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward';
    await run(ip, ['netns', 'exec', `${name}-router`, 'sh', '-c', forward]);

    const wall = join(folder, 'wall');
    cleanup.use(await serveBeyond(wall));
    const inWorld = ['netns', 'exec', `${name}-world`];
    const doors = spawn(ip, [...inWorld, process.execPath, join(import.meta.dirname, 'doors.ts'), wall], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    cleanup.defer(async () => {
      if (doors.exitCode === null && doors.kill('SIGKILL')) await once(doors, 'exit');
    });
    const browserPath = join(folder, 'chromium');
    const inside = `exec ${ip} netns exec ${name}-client ${chromium} "$@"`;
    await writeFile(browserPath, `#!/bin/sh\n${inside}\n`);
    await chmod(browserPath, 0o755);

    const network = new FarNetwork(name, browserPath, doors, cleanup.move());
    await network.block();
    await network.#enter(0);
    return network;
  }

  /** Where the client finds what is elsewhere on this machine. */
  async door(
    kind: Destination['kind'],
    address: string,
    port: number,
  ): Promise<{ address: string; port: number }> {
    const key = `${kind} ${address} ${port}`;
    const opened = this.#opened.get(key) ?? this.#open({ kind, address, port });
    this.#opened.set(key, opened);
    return { address: worldAddress, port: await opened };
  }

  /** From now on the router drops what fits one of these matches of nftables, and nothing else. */
  async block(...matches: string[]): Promise<void> {
    const rules = `
      table ip far
      delete table ip far
      table ip far {
        chain post { type nat hook postrouting priority 100; oifname "wan" masquerade; }
        chain forward { type filter hook forward priority 0; ${matches.map(match => `${match} drop;`).join(' ')} }
      }`;
    await this.#in('router', nft, rules.trim().replaceAll(/\s*\n\s*/g, '\n'));
  }

  /** The client leaves its network and enters the other one, with another address. */
  async change(): Promise<void> {
    await this.#in('client', ip, 'link', 'set', lans[0].name, 'down');
    await this.#enter(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }

  async #enter(lan: 0 | 1): Promise<void> {
    const { name, router } = lans[lan];
    await this.#in('client', ip, 'link', 'set', name, 'up');
    await this.#in('client', ip, 'route', 'add', 'default', 'via', router);
  }

  async #in(place: string, ...command: string[]): Promise<void> {
    await run(ip, ['netns', 'exec', `${this.#name}-${place}`, ...command]);
  }

  async #open(destination: Destination): Promise<number> {
    const key = JSON.stringify(destination);
    const answered = Promise.withResolvers<number>();
    const hear = (answer: Destination & { at: number }) => {
      const { at, ...about } = answer;
      if (JSON.stringify(about) === key) answered.resolve(at);
    };
    this.#doors.on('message', hear);
    this.#doors.send(destination);
    try {
      return await answered.promise;
    } finally {
      this.#doors.off('message', hear);
    }
  }
}

type End = readonly [place: string, address: string];

/** A cable between two places; both ends have its name. Those of a client are plugged in later. */
async function connectPlaces(name: string, cable: string, one: End, other: End): Promise<void> {
  const at = ([place]: End) => ['name', cable, 'netns', `${name}-${place}`];
  await run(ip, ['link', 'add', ...at(one), 'type', 'veth', 'peer', ...at(other)]);
  for (const [place, address] of [one, other]) {
    const inside = ['-n', `${name}-${place}`];
    await run(ip, [...inside, 'address', 'add', `${address}/24`, 'dev', cable]);
    await run(ip, [...inside, 'link', 'set', 'lo', 'up']);
    if (place !== 'client') await run(ip, [...inside, 'link', 'set', cable, 'up']);
  }
}

/** Namespaces of tests that were killed. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir('/run/netns').catch(() => []);
  for (const name of names.filter(one => one.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    const alive = await readdir(`/proc/${pid}`).then(
      () => true,
      () => false,
    );
    if (!alive) await run(ip, ['netns', 'del', name]).catch(() => {});
  }
}
