/** Everybody is in, and many write: how long a message takes to everyone in the room, and whether any is lost. */
import { chatText } from './people/chat-text.ts';
import { wait, waitUntil } from './people/clock.ts';
import { deleteRooms, prepareRooms, type World } from './people/rooms.ts';
import { optionsOf, partOf } from './people/run.ts';
import { readSettings } from './people/settings.ts';
import { filesOf, type SummaryData } from './summary/files.ts';

const scenario = 'chat-fan-out';
/** RATE: messages a second of each person, at most 1, which the server holds people to. LENGTH: of a message, in characters. OVER: s to come in. */
const settings = readSettings(__ENV, {
  people: 100,
  rooms: 4,
  duration: '1m',
  more: { RATE: 0.2, LENGTH: 120, OVER: 10 },
});

export const options = optionsOf(scenario, settings, {
  parley_join_failed: ['rate<0.01'],
  'parley_chat_delay{phase:writing}': ['p(95)<250', 'p(99)<1000'],
  'parley_request_duration{request:sendChat}': ['p(99)<500'],
  parley_chat_lost: ['rate==0'],
  parley_connections_lost: ['count<1'],
});

export function setup() {
  return prepareRooms(settings);
}

export default async function (world: World) {
  const { index, person, chance, beganAt, endsAt } = partOf(settings, world);
  const { RATE = 1, LENGTH = 0, OVER = 0 } = settings.more;
  const writeFrom = beganAt + Math.min(OVER * 1000, settings.durationMs / 4);
  person.phase = 'coming';
  await waitUntil(beganAt + chance.between(0, writeFrom - beganAt));
  if (await person.enter()) {
    await waitUntil(writeFrom);
    person.phase = 'writing';
    let next = Date.now() + chance.pause(1000 / RATE);
    for (let n = 1; (n === 1 || next < endsAt) && !person.gone; n++) {
      await waitUntil(next);
      if (person.isAway && !(await person.comeBack())) break;
      await person.write(chatText(Date.now(), `${index} ${n}`, LENGTH));
      next += Math.max(1000, chance.pause(1000 / RATE));
    }
    await waitUntil(endsAt);
    // What was written last is still under way.
    await wait(1000);
    await person.countChat();
  }
  await person.leave();
}

export function teardown(world: World) {
  return deleteRooms(settings, world);
}

export function handleSummary(data: SummaryData) {
  return filesOf(scenario, settings, data);
}
