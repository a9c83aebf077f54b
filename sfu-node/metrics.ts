import { Counter, Gauge, Histogram, type Registry } from '@parley/telemetry';
import { CpuMeter } from './cpu-meter.ts';
import type { Registration } from './registration.ts';
import type { Rooms } from './rooms.ts';
import type { TrafficMeter } from './traffic-meter.ts';
import type { WorkerPool } from './worker-pool.ts';

/** How often and how long control calls take. */
export function createCallMetrics(registry: Registry): Histogram<'call' | 'code'> {
  return new Histogram({
    name: 'parley_sfu_control_call_seconds',
    help: 'Control calls by name and by the code of their answer, ok if they were not refused.',
    labelNames: ['call', 'code'],
    enableExemplars: true,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
}

/** Adds what the SFU carries, counted at each scrape. No label names a room or a participant. */
export function addMediaMetrics(
  registry: Registry,
  pool: WorkerPool,
  rooms: Rooms,
  registration: Registration,
  meter: TrafficMeter,
): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });

  gauge('parley_sfu_rooms', 'Rooms that are open.', () => rooms.all.length);
  gauge('parley_sfu_participants', 'Participants that have a transport.', () => rooms.participants);
  gauge(
    'parley_sfu_participants_silent',
    'Participants of whom nothing comes any more although they were connected and send something that others watch.',
    () => meter.silent,
  );
  gauge('parley_sfu_routers', 'Routers of rooms; a room that outgrows a worker has several.', () =>
    sum(rooms.all.map(room => room.routers.length)),
  );
  gauge(
    'parley_sfu_pipes',
    'Tracks that are sent on to a further router of their room, or to their own where only the loudest are heard.',
    () => sum(rooms.all.map(room => room.pipes)),
  );
  gauge(
    'parley_sfu_used_ratio',
    'How much of the workers is taken; 1 where no more should come.',
    () => pool.used,
  );
  gauge('parley_sfu_workers', 'Media workers that run.', () => pool.workers.length);
  gauge('parley_sfu_registered', '1 while the SFU is registered in Redis.', () =>
    Number(registration.registered),
  );
  gauge('parley_sfu_draining', '1 once the SFU takes no new rooms.', () => Number(rooms.draining));

  new Gauge({
    name: 'parley_sfu_layers',
    help: 'Spatial layers of pictures by whether somebody watches them; publishers stop those that nobody does.',
    labelNames: ['watched'],
    registers,
    collect() {
      const all = rooms.all.map(({ demand }) => demand.layers);
      const watched = sum(all.map(each => each.watched));
      this.set({ watched: 'yes' }, watched);
      this.set({ watched: 'no' }, sum(all.map(each => each.sent)) - watched);
    },
  });
  new Gauge({
    name: 'parley_sfu_bits_per_second',
    help: 'What flows between clients and the SFU, as of the last five seconds.',
    labelNames: ['direction'],
    registers,
    collect() {
      const { traffic } = meter;
      for (const direction of ['sent', 'received'] as const) this.set({ direction }, traffic[direction]);
    },
  });
  const cpu = new CpuMeter(pool);
  new Counter({
    name: 'parley_sfu_worker_cpu_seconds_total',
    help: 'CPU time that media workers used, by the port that stands for a worker and its successors.',
    labelNames: ['port'],
    registers,
    async collect() {
      for (const { port, seconds } of await cpu.read()) this.inc({ port: `${port}` }, seconds);
    },
  });
  const deaths = new Counter({
    name: 'parley_sfu_worker_deaths_total',
    help: 'Media workers that died.',
    registers,
  });
  pool.on('died', () => deaths.inc());
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
