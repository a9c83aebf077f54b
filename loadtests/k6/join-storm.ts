/** Everybody comes to their meeting within a few seconds, as at nine in the morning, sends and watches, and stays. */
import { waitUntil } from './people/clock.ts';
import { deleteRooms, prepareRooms, type World } from './people/rooms.ts';
import { optionsOf, partOf } from './people/run.ts';
import { readSettings } from './people/settings.ts';
import { filesOf, type SummaryData } from './summary/files.ts';

const scenario = 'join-storm';
/** OVER: everybody comes within so many seconds. */
const settings = readSettings(__ENV, { people: 100, rooms: 20, duration: '1m', more: { OVER: 10 } });

export const options = optionsOf(scenario, settings, {
  parley_join_failed: ['rate<0.01'],
  parley_media_failed: ['rate<0.01'],
  parley_join_duration: ['p(95)<1000', 'p(99)<2000'],
  'parley_request_duration{request:publish}': ['p(99)<1000'],
  'parley_request_duration{request:subscribe}': ['p(99)<1000'],
  parley_connections_lost: ['count<1'],
});

export function setup() {
  return prepareRooms(settings);
}

export default async function (world: World) {
  const { person, chance, beganAt, endsAt } = partOf(settings, world);
  person.phase = 'storm';
  await waitUntil(beganAt + chance.between(0, (settings.more.OVER ?? 0) * 1000));
  if (await person.enter()) {
    await person.takePart(['microphone', 'camera']);
    person.phase = 'steady';
    // Also who came late sees the others.
    await waitUntil(Math.max(endsAt, Date.now() + 1000));
  }
  await person.leave();
}

export function teardown(world: World) {
  return deleteRooms(settings, world);
}

export function handleSummary(data: SummaryData) {
  return filesOf(scenario, settings, data);
}
