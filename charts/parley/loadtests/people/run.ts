/** What all scenarios have in common with k6: its options, and who takes part. */
import exec from 'k6/execution';
import type { Options, Threshold } from 'k6/options';
import { Person } from './person.ts';
import { type Random, randomOf } from './random.ts';
import type { World } from './rooms.ts';
import type { Settings } from './settings.ts';

/** Beside the duration of a run, for those who come late and for ends, in ms. */
const spareMs = 180_000;

/** One iteration for each person, who stays to the end: nobody is cut off, and every stay is ended as people end it. */
export function optionsOf(
  scenario: string,
  { people, durationMs }: Settings,
  thresholds: Record<string, Threshold[]>,
): Options {
  return {
    scenarios: {
      [scenario]: {
        executor: 'per-vu-iterations',
        vus: people,
        iterations: 1,
        maxDuration: `${Math.ceil((durationMs + spareMs) / 1000)}s`,
        gracefulStop: '30s',
      },
    },
    thresholds,
    summaryTrendStats: ['min', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count'],
    setupTimeout: '5m',
    teardownTimeout: '5m',
  };
}

export interface Part {
  readonly index: number;
  readonly person: Person;
  /** What this person does comes from here alone. */
  readonly chance: Random;
  /** When the run began and ends, in ms since 1970. */
  readonly beganAt: number;
  readonly endsAt: number;
}

/** Who this virtual user is. */
export function partOf(settings: Settings, { rooms }: World): Part {
  const index = exec.vu.idInTest - 1;
  const beganAt = exec.scenario.startTime;
  const person = new Person({
    url: settings.baseUrl,
    room: rooms[index % rooms.length] ?? '',
    name: `Load ${index + 1}`,
    // Of its own, since how often somebody tries again depends on the server.
    random: randomOf(settings.seed + 1e6, index),
  });
  return {
    index,
    person,
    chance: randomOf(settings.seed, index),
    beganAt,
    endsAt: beganAt + settings.durationMs,
  };
}
