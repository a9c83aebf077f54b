/** Programs that make rooms, look at them, invite people and delete them, one call after the other each. */
import { wait } from './people/clock.ts';
import { apiOf, placed } from './people/rooms.ts';
import { optionsOf, partOf } from './people/run.ts';
import { readSettings } from './people/settings.ts';
import { filesOf, type SummaryData } from './summary/files.ts';

const scenario = 'rest-api';
/** PEOPLE are programs here. PAUSE: mean between two rooms of a program, in s. */
const settings = readSettings(__ENV, {
  people: 5,
  rooms: 1,
  duration: '1m',
  more: { PAUSE: 1 },
  needsApiKey: true,
});

export const options = optionsOf(scenario, settings, {
  parley_rest_failed: ['rate<0.01'],
  'parley_rest_duration{call:list}': ['p(95)<500'],
  // It waits up to 3 s for the room to be ready.
  'parley_rest_duration{call:create}': ['p(95)<4000'],
  'parley_rest_duration{call:get}': ['p(95)<300'],
  'parley_rest_duration{call:token}': ['p(95)<300'],
  'parley_rest_duration{call:participants}': ['p(95)<300'],
  'parley_rest_duration{call:delete}': ['p(95)<500'],
});

/** A first call says what is wrong with address or key before many are made. */
export async function setup() {
  await apiOf(settings).want('list', 'GET', '/v1/rooms?limit=1');
}

export default async function () {
  const { index, chance, endsAt } = partOf(settings, { rooms: [], made: false });
  const api = apiOf(settings);
  const run = crypto.randomUUID().slice(0, 8);
  await wait(chance.between(0, (settings.more.PAUSE ?? 1) * 1000));
  for (let n = 1; Date.now() < endsAt; n++) {
    await api.ask('list', 'GET', '/v1/rooms?limit=50');
    const name = `loadtest-${run}-${index}-${n}`;
    const made = await api.ask('create', 'POST', '/v1/rooms', {
      body: { name, spec: { maxParticipants: 5, idleTimeToLiveSeconds: 600 } },
    });
    if (made.status === 201) {
      const key = `${Object(made.body).namespace}/${name}`;
      try {
        await placed(api, key, 30_000);
        await api.ask('token', 'POST', `/v1/rooms/${key}/tokens`, { body: { displayName: 'Ada' } });
        await api.ask('participants', 'GET', `/v1/rooms/${key}/participants`);
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
      } finally {
        await api.ask('delete', 'DELETE', `/v1/rooms/${key}`);
      }
    }
    await wait(Math.min(chance.pause((settings.more.PAUSE ?? 1) * 1000), endsAt - Date.now()));
  }
}

export function handleSummary(data: SummaryData) {
  return filesOf(scenario, settings, data);
}
