/** Meetings on an ordinary day: people come, mute and unmute, write, lose their connection now and then, go and come again. */
import { attendMeetings } from './people/meeting.ts';
import { deleteRooms, prepareRooms, type World } from './people/rooms.ts';
import { optionsOf, partOf } from './people/run.ts';
import { readSettings } from './people/settings.ts';
import { filesOf, type SummaryData } from './summary/files.ts';

const scenario = 'meeting-churn';
/** Means, in s: STAY in a meeting, BETWEEN two actions of a person, AWAY between two meetings. */
const settings = readSettings(__ENV, {
  people: 100,
  rooms: 20,
  duration: '5m',
  more: { STAY: 60, BETWEEN: 8, AWAY: 10 },
});

export const options = optionsOf(scenario, settings, {
  parley_join_failed: ['rate<0.01'],
  parley_media_failed: ['rate<0.01'],
  parley_join_duration: ['p(95)<1000', 'p(99)<2000'],
  parley_event_delay: ['p(95)<250', 'p(99)<1000'],
  parley_resume_failed: ['rate<0.01'],
  parley_resume_duration: ['p(99)<2000'],
  parley_unexpected_goodbyes: ['count<1'],
  'parley_request_duration{request:publish}': ['p(99)<1000'],
  'parley_request_duration{request:subscribe}': ['p(99)<1000'],
  parley_connections_lost: ['count<1'],
});

export function setup() {
  return prepareRooms(settings);
}

export default async function (world: World) {
  const { person, chance, endsAt } = partOf(settings, world);
  const { STAY = 0, BETWEEN = 0, AWAY = 0 } = settings.more;
  const habits = {
    stayMs: STAY * 1000,
    betweenMs: BETWEEN * 1000,
    awayMs: AWAY * 1000,
    writes: 0.2,
    drops: 0.05,
  };
  await attendMeetings(person, chance, habits, endsAt, () => 'steady');
}

export function teardown(world: World) {
  return deleteRooms(settings, world);
}

export function handleSummary(data: SummaryData) {
  return filesOf(scenario, settings, data);
}
