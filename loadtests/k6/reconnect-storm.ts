/** Everybody loses their connection at the same moment, as when a replica or a proxy dies, and comes back. Again and again. */
import { waitUntil } from './people/clock.ts';
import { deleteRooms, prepareRooms, type World } from './people/rooms.ts';
import { optionsOf, partOf } from './people/run.ts';
import { readSettings } from './people/settings.ts';
import { filesOf, type SummaryData } from './summary/files.ts';

const scenario = 'reconnect-storm';
/** OVER: s to come in. EVERY: s from a storm to the next. */
const settings = readSettings(__ENV, {
  people: 100,
  rooms: 20,
  duration: '1m',
  more: { OVER: 10, EVERY: 15 },
});

export const options = optionsOf(scenario, settings, {
  parley_join_failed: ['rate<0.01'],
  parley_media_failed: ['rate<0.01'],
  parley_resume_failed: ['rate<0.01'],
  parley_resume_duration: ['p(95)<1500', 'p(99)<2000'],
  parley_unexpected_goodbyes: ['count<1'],
});

export function setup() {
  return prepareRooms(settings);
}

export default async function (world: World) {
  const { person, chance, beganAt, endsAt } = partOf(settings, world);
  const { OVER = 0, EVERY = 1 } = settings.more;
  const firstAt = beganAt + Math.min(OVER * 1000, settings.durationMs / 3);
  person.phase = 'coming';
  await waitUntil(beganAt + chance.between(0, firstAt - beganAt));
  if (await person.enter()) {
    await person.takePart(['microphone', 'camera']);
    person.phase = 'storm';
    // Who comes late takes part in the next storm, and everybody in one at least.
    let at = firstAt + 1000;
    while (at < Date.now()) at += EVERY * 1000;
    do {
      await waitUntil(at);
      person.drop();
      at += EVERY * 1000;
    } while ((await person.comeBack()) && at < endsAt);
    await waitUntil(person.gone ? 0 : endsAt);
  }
  await person.leave();
}

export function teardown(world: World) {
  return deleteRooms(settings, world);
}

export function handleSummary(data: SummaryData) {
  return filesOf(scenario, settings, data);
}
