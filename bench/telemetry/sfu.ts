import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import type { ServerProcess } from '../process.ts';
import { readTree } from '../process-tree.ts';
import { Servers } from '../sfu/servers.ts';
import { type Carrier, steadyRate, turns } from '../sfu/turns.ts';
import { Observer, scrapeSeconds, usualShare } from './observer.ts';

const kinds = ['on', 'off'] as const;

/** What being watched costs an SFU that sends one camera to many, beside one that nobody watches. */
export async function sfu(options: BenchmarkOptions): Promise<Measured> {
  const scenario = 'sfu';
  const viewers = options.clients ?? 100;
  const say = (text: string) => options.say(`Telemetry, SFU: ${text}`);
  await using observer = await Observer.start();
  await using servers = await Servers.open(options);
  const processes = {
    on: await servers.startSfu('watched', { environment: observer.environment(usualShare) }),
    off: await servers.startSfu('unwatched'),
  };
  const carry = async (kind: (typeof kinds)[number]): Promise<Carrier> => {
    say(`${kind}: people come, ${viewers} of whom receive.`);
    const audience = await servers.gather(processes[kind]);
    await audience.bringViewers({ viewers, cameras: 1 });
    return { audience, pids: [processes[kind].pid] };
  };
  observer.watch(processes.on);
  const carriers = { on: await carry('on'), off: await carry('off') };
  const bitsPerSecond = await steadyRate(kinds, carriers, { ...options, say });
  const windows = await turns(kinds, carriers, bitsPerSecond, {
    ...options,
    seconds: options.seconds ?? scrapeSeconds,
    say,
  });
  const cost = (kind: (typeof kinds)[number]) => windows[kind].map(({ cpuUs }) => cpuUs.tree);
  const off = cost('off');
  const times = cost('on').map((one, pair) => one / (off[pair] ?? one));
  const [watched, unwatched] = await Promise.all(kinds.map(kind => heldMb(processes[kind])));
  const { exports, scrapes } = observer.counts;
  return {
    figures: [
      { scenario, name: 'processor time per packet, watched', value: quantile(cost('on'), 0.5), unit: 'µs' },
      { scenario, name: 'processor time per packet, not', value: quantile(off, 0.5), unit: 'µs' },
      {
        scenario,
        name: 'times the processor time',
        value: quantile(times, 0.5),
        unit: '',
        aim: { atMost: 1.03 },
      },
      {
        scenario,
        name: 'times the memory',
        value: (watched ?? 0) / (unwatched ?? 1),
        unit: '',
        aim: { atMost: 1.03 },
      },
      { scenario, name: 'figures fetched', value: scrapes, unit: '' },
      { scenario, name: 'exports of traces', value: exports, unit: '' },
    ],
    programs: servers.programs,
  };
}

/** What the main process holds, and what its worker has. */
async function heldMb(server: ServerProcess): Promise<number> {
  const [{ heapUsed, external }, { memory }] = [await server.memoryAfterGc(), await readTree(server.pid)];
  return (heapUsed + external) / 1e6 + memory.children;
}
