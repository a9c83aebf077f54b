/** The rooms of a run: made before it and deleted after it, or rooms that are there. */
import { wait } from './clock.ts';
import { RestApi, RestError } from './rest.ts';
import type { Settings } from './settings.ts';

/** What `setup` hands to everybody; k6 passes it on as JSON. */
export interface World {
  /** Keys of the rooms, `namespace/name`. */
  readonly rooms: readonly string[];
  readonly made: boolean;
}

/** How long a cluster may take to find a place for a room, in ms. */
const placedWithinMs = 120_000;
/** So many are made at the same time. */
const atOnce = 8;

/** Makes the rooms and waits until all may be joined. @throws RestError */
export async function prepareRooms(settings: Settings): Promise<World> {
  if (settings.roomKeys.length > 0) return { rooms: settings.roomKeys, made: false };
  const api = apiOf(settings);
  const run = crypto.randomUUID().slice(0, 8);
  const maxParticipants = Math.min(1000, Math.ceil(settings.people / settings.rooms) + 10);
  const rooms: string[] = [];
  const make = async (index: number) => {
    const made = await api.want('create', 'POST', '/v1/rooms', {
      name: `loadtest-${run}-${index}`,
      // For those that a run which was killed leaves behind.
      spec: { maxParticipants: Math.max(2, maxParticipants), idleTimeToLiveSeconds: 600 },
    });
    const { namespace, name } = Object(made);
    rooms.push(`${namespace}/${name}`);
    await placed(api, `${namespace}/${name}`);
  };
  try {
    await inTurns(settings.rooms, make);
  } catch (error) {
    await deleteRooms(settings, { rooms, made: true });
    throw error;
  }
  return { rooms, made: true };
}

/** Deletes the rooms that `prepareRooms` made. */
export async function deleteRooms(settings: Settings, { rooms, made }: World): Promise<void> {
  if (!made) return;
  const api = apiOf(settings);
  await inTurns(rooms.length, async index => {
    await api.ask('delete', 'DELETE', `/v1/rooms/${rooms[index]}`, { expected: [404] });
  });
}

/** Resolves once people may join. @throws RestError */
export async function placed(api: RestApi, key: string, withinMs = placedWithinMs): Promise<void> {
  const end = Date.now() + withinMs;
  let seen = 'nothing was heard of it';
  while (Date.now() < end) {
    const { status, body } = await api.ask('get', 'GET', `/v1/rooms/${key}`, { expected: [404] });
    const { state, reason, message } = Object(body);
    if (status === 200 && state === 'ready') return;
    seen = `${state ?? `status ${status}`} ${reason ?? ''} ${message ?? ''}`.trim();
    await wait(250);
  }
  throw new RestError(
    `The room ${key} was not ready after ${withinMs / 1000} s: ${seen}. Is there an SFU with room for it (kubectl get mediapools)?`,
  );
}

export function apiOf({ baseUrl, apiKey }: Settings): RestApi {
  return new RestApi(baseUrl, apiKey ?? '');
}

async function inTurns(count: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
}
