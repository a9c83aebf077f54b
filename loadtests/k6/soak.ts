/** Meetings for hours: what is as good in the last third of the run as in the first does not leak, pile up or wear out. */
import { attendMeetings } from './people/meeting.ts';
import { deleteRooms, prepareRooms, type World } from './people/rooms.ts';
import { optionsOf, partOf } from './people/run.ts';
import { readSettings } from './people/settings.ts';
import { filesOf, type SummaryData } from './summary/files.ts';

const scenario = 'soak';
/** Means, in s: STAY in a meeting, BETWEEN two actions of a person, AWAY between two meetings. */
const settings = readSettings(__ENV, {
  people: 50,
  rooms: 10,
  duration: '1h',
  more: { STAY: 300, BETWEEN: 15, AWAY: 20 },
});

const inBoth = (metric: string, limits: string[]) =>
  Object.fromEntries(['first', 'last'].map(phase => [`${metric}{phase:${phase}}`, limits]));

export const options = optionsOf(scenario, settings, {
  parley_join_failed: ['rate<0.01'],
  parley_media_failed: ['rate<0.01'],
  ...inBoth('parley_join_duration', ['p(95)<1000', 'p(99)<2000']),
  ...inBoth('parley_event_delay', ['p(95)<250', 'p(99)<1000']),
  ...inBoth('parley_request_duration', ['p(99)<1000']),
  ...inBoth('parley_chat_delay', ['p(95)<250', 'p(99)<1000']),
  parley_resume_failed: ['rate<0.01'],
  parley_unexpected_goodbyes: ['count<1'],
  parley_connections_lost: ['count<1'],
});

export function setup() {
  return prepareRooms(settings);
}

export default async function (world: World) {
  const { person, chance, beganAt, endsAt } = partOf(settings, world);
  const { STAY = 0, BETWEEN = 0, AWAY = 0 } = settings.more;
  const habits = {
    stayMs: STAY * 1000,
    betweenMs: BETWEEN * 1000,
    awayMs: AWAY * 1000,
    writes: 0.2,
    drops: 0.02,
  };
  const third = settings.durationMs / 3;
  const phaseAt = (at: number) => ['first', 'middle', 'last'][Math.floor((at - beganAt) / third)] ?? 'last';
  await attendMeetings(person, chance, habits, endsAt, phaseAt);
}

export function teardown(world: World) {
  return deleteRooms(settings, world);
}

export function handleSummary(data: SummaryData) {
  return filesOf(scenario, settings, data);
}
