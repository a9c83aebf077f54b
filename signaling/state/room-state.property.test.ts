/** Random sequences of what people, replicas and SFUs do to a room, on a real Redis, against what must always hold. */
import { randomUUID } from 'node:crypto';
import {
  type Carrier,
  kindOfSource,
  type MediaGeneration,
  MediaLossId,
  MediaSource,
  type Missed,
  type ParticipantId,
  type ProducerId,
  type ReadyPlacement,
  type RoomEvent,
  type RoomSnapshot,
  redisKeys,
  rightsOfRole,
} from '@parley/protocol';
import { startRedis, type TestRedis } from '@parley/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvent } from '../../client/room/events.ts';
import { place, readyPlacement } from '../testing/rooms.ts';
import { carriersOf } from './room-moves.ts';
import { RoomState } from './room-state.ts';
import { OwnedProducer } from './snapshot.ts';

const maxParticipants = 4;
const replicas = ['a', 'b', 'c'] as const;

/** What may happen. Numbers pick among those who ever joined, and among what they ever published. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('join'), replica: fc.constantFrom(...replicas) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('leave'), who: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('drop'), who: fc.nat(30), patient: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('resume'),
      who: fc.nat(30),
      replica: fc.constantFrom(...replicas),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('crash'), replica: fc.constantFrom(...replicas) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('sweep') }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('publish'),
      who: fc.nat(30),
      source: fc.constantFrom(...MediaSource.options),
      again: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('mute'),
      who: fc.nat(30),
      what: fc.nat(30),
      paused: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('unpublish'), who: fc.nat(30), what: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('renew'), who: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reset'), late: fc.boolean() }) },
  // From the newest media, or from that which it is just moving from.
  { weight: 3, arbitrary: fc.record({ does: fc.constant('move'), again: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('finish'), who: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('endMove'), now: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('grow') }) },
  // Loses one of the SFUs, which may be the main one, or leaves it for another.
  { weight: 2, arbitrary: fc.record({ does: fc.constant('lose'), which: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('leaveOne'), which: fc.nat(5), to: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('loseWorker'), who: fc.nat(30), which: fc.nat(5) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Steps of one round are done at once, over two connections to Redis. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 });

let server: TestRedis;
let connections: [Redis, Redis];

beforeAll(async () => {
  server = await startRedis();
  connections = [new Redis(server.url), new Redis(server.url)];
});
afterAll(async () => {
  for (const redis of connections) redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** A room, all who were ever in it, and all that was announced of it. */
class World {
  readonly room: ReadyPlacement;
  readonly announced: RoomEvent[] = [];
  readonly joined: { id: ParticipantId; connection: { replica: string; socket: string } }[] = [];
  readonly published: ProducerId[] = [];
  /** What somebody might know who was away since. */
  readonly known: RoomSnapshot[] = [];
  /** How often somebody was told that it was they who removed a participant. */
  readonly removals = new Map<ParticipantId, number>();
  readonly #states: RoomState[];

  constructor(room: ReadyPlacement) {
    this.room = room;
    this.#states = connections.map(
      redis => new RoomState(redis, (_uid, event) => this.announced.push(event)),
    );
  }

  state(index: number): RoomState {
    const state = this.#states[index % this.#states.length];
    if (!state) throw new Error('a world has states');
    return state;
  }

  async begin(): Promise<void> {
    await this.state(0).setGeneration(this.room, undefined, newGeneration(), this.room.sfu);
    this.known.push(await this.now());
  }

  async now(): Promise<RoomSnapshot> {
    const snapshot = await this.state(0).snapshot(this.room);
    if (!snapshot) throw new Error('the room has no state');
    return snapshot;
  }

  async take(step: Step, index: number): Promise<void> {
    const { room } = this;
    const state = this.state(index);
    const one = 'who' in step ? pick(this.joined, step.who) : undefined;
    const producer = ('what' in step && pick(this.published, step.what)) || (randomUUID() as ProducerId);
    switch (step.does) {
      case 'join': {
        const connection = { replica: step.replica, socket: randomUUID() };
        const id = randomUUID() as ParticipantId;
        const person = {
          id,
          displayName: `Person ${id}`,
          role: 'speaker' as const,
          rights: rightsOfRole.speaker,
          secretHash: 'hash',
        };
        const joined = await state.join(room, await this.#any(index), maxParticipants, person, connection);
        if (joined.status !== 'ok') return;
        this.joined.push({ id, connection });
        this.known.push(joined.snapshot);
        expect(joined.snapshot.participants.map(one => one.id)).toContain(id);
        return;
      }
      case 'leave':
        if (one) this.#count(one.id, await state.remove(room, one.id, one.connection));
        return;
      case 'drop':
        if (one) await state.disconnect(room, one.id, one.connection, step.patient ? 60_000 : 0);
        return;
      case 'resume': {
        if (!one) return;
        const connection = { replica: step.replica, socket: randomUUID() };
        const since = pick(this.known, index + this.announced.length);
        const resumed = await state.resume(room, one.id, connection, since);
        if (!resumed) return;
        one.connection = connection;
        this.known.push(caughtUp(since, resumed.missed));
        return;
      }
      case 'crash':
        await state.connections.sweep(room.key, 0, [step.replica]);
        return;
      case 'sweep': {
        const { due } = await state.connections.sweep(room.key, 0, []);
        // As if several replicas swept at once.
        for (const id of [...due, ...due]) this.#count(id, await state.remove(room, id, 'due'));
        return;
      }
      case 'publish': {
        if (!one) return;
        const { source } = step;
        const id = step.again ? producer : (randomUUID() as ProducerId);
        const added = { id, source, kind: kindOfSource[source], paused: false };
        const outcome = await state.producers.add(room, await this.#linkOf(one.id), one.id, added);
        if (outcome === 'ok') this.published.push(id);
        return;
      }
      case 'mute':
        if (one) await state.producers.pause(room, one.id, producer, step.paused);
        return;
      case 'unpublish':
        if (one) await state.producers.remove(room, one.id, producer);
        return;
      case 'renew':
        if (one)
          await state.producers.clear(room, one.id, index % 2 ? 'current' : 'all', await this.#any(index));
        return;
      case 'reset': {
        const seen = step.late ? ['long gone' as MediaGeneration] : (await this.#media()).map(generationOf);
        await state.setGeneration(room, seen, newGeneration());
        return;
      }
      case 'move': {
        const places = await state.moves.places(room);
        if (!places) return;
        const generation = (step.again && places.former?.generation) || places.generation;
        const move = { from: { generation, sfu: room.sfu }, deadlineMs: 60_000 };
        const seen = carriersOf(places).map(generationOf);
        await state.setGeneration(room, seen, newGeneration(), room.sfu, move);
        return;
      }
      case 'grow': {
        const places = await state.moves.places(room);
        const [main, ...branches] = places ? carriersOf(places) : [];
        if (!places || !main || branches.length >= 3) return;
        const opened = { generation: newGeneration(), sfu: room.sfu };
        await state.branches.change(room, places, { main, branches: [...branches, opened] });
        return;
      }
      case 'lose': {
        const places = await state.moves.places(room);
        const lost = pick(await this.#media(), step.which);
        const [main, ...branches] = places
          ? carriersOf(places).filter(each => each.generation !== lost?.generation)
          : [];
        if (places && main) await state.branches.change(room, places, { main, branches });
        return;
      }
      case 'leaveOne': {
        const places = await state.moves.places(room);
        if (!places || places.former || places.branches.length === 0) return;
        const carriers = carriersOf(places);
        const from = pick(carriers, step.which);
        const stay = carriers.filter(each => each !== from);
        const [main, ...branches] = stay;
        const to = pick([...stay, { generation: newGeneration(), sfu: room.sfu }], step.to);
        if (!from || !main || !to) return;
        const move = { from, deadlineMs: 60_000, to: to.generation };
        const all = branches.includes(to) || to === main ? branches : [...branches, to];
        await state.branches.change(room, places, { main, branches: all, move });
        return;
      }
      case 'loseWorker': {
        const lost = pick(await this.#media(), step.which);
        const loss = MediaLossId.parse(randomUUID());
        if (one && lost) await state.moves.lose(room, lost.generation, [{ participant: one.id, loss }]);
        return;
      }
      case 'finish': {
        if (!one) return;
        const finished = await state.moves.finish(room, one.id, await this.#any(index));
        if (finished.status === 'ok' && finished.due) {
          await state.moves.end(room, finished.due.generation, 'due');
        }
        return;
      }
      case 'endMove': {
        const former = (await state.moves.places(room))?.former;
        if (former) await state.moves.end(room, former.generation, step.now ? 'now' : 'due');
        return;
      }
    }
  }

  /** All media that the room has but what it moves from. */
  async #media(): Promise<Carrier[]> {
    const places = await this.state(0).moves.places(this.room);
    return places ? carriersOf(places) : [];
  }

  /** One of these generations. */
  async #any(number: number): Promise<MediaGeneration> {
    return pick(await this.#media(), number)?.generation ?? newGeneration();
  }

  /** Which media somebody was given last. */
  async #linkOf(id: ParticipantId): Promise<MediaGeneration> {
    const link = await connections[0].hget(redisKeys.links(this.room.key), id);
    return link ? (link as MediaGeneration) : this.#any(0);
  }

  #count(id: ParticipantId, removed: boolean): void {
    if (removed) this.removals.set(id, (this.removals.get(id) ?? 0) + 1);
  }
}

const newGeneration = () => randomUUID() as string as MediaGeneration;
const generationOf = ({ generation }: Carrier) => generation;

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[number % list.length];
}

/** The state of a client that was away since. */
function caughtUp(since: RoomSnapshot | undefined, missed: Missed): RoomSnapshot {
  if ('snapshot' in missed) return missed.snapshot;
  if (!since) throw new Error('events without a place from which on');
  return missed.events.reduce((state, event) => {
    const applied = applyEvent(state, event);
    if (applied.result !== 'applied') throw new Error(`${event.type} ${event.seq}: ${applied.result}`);
    return applied.snapshot;
  }, since);
}

/** Hashes have no order: what a participant publishes is a set. */
function sorted(snapshot: RoomSnapshot): RoomSnapshot {
  return {
    ...snapshot,
    participants: snapshot.participants.map(one => ({
      ...one,
      producers: one.producers.toSorted((a, b) => a.id.localeCompare(b.id)),
    })),
  };
}

async function check(world: World): Promise<void> {
  const now = await world.now();
  const ids = now.participants.map(({ id }) => id);
  expect(ids.length, 'J2').toBeLessThanOrEqual(maxParticipants);

  const events = world.announced.toSorted((a, b) => a.seq - b.seq);
  expect(
    events.map(({ seq }) => seq),
    'S1 numbers have neither gaps nor doubles',
  ).toEqual(Array.from({ length: now.seq }, (_, i) => i + 1));

  for (const since of world.known) {
    const missed = await world.state(1).missed(world.room, since);
    expect(missed, 'S7 nothing was trimmed yet').toHaveProperty('events');
    if (missed) expect(sorted(caughtUp(since, missed)), 'S6').toEqual(sorted(now));
  }

  const producers = await connections[0].hvals(redisKeys.producers(world.room.key));
  for (const { participantId } of producers.map(json => OwnedProducer.parse(JSON.parse(json)))) {
    expect(ids, 'S4 no producer without its participant').toContain(participantId);
  }
  const shownIn = new Set(now.participants.flatMap(one => one.producers.map(({ generation }) => generation)));
  const media = [now.generation, ...(now.branches ?? [])];
  for (const of of shownIn) expect([...media, now.former], 'V1 V9 no media but these').toContain(of);
  expect(new Set([...media, now.former]).size, 'V10 each media once').toBe(media.length + 1);
  const moving = await connections[0].smembers(redisKeys.moving(world.room.key));
  if (now.former === undefined) expect(moving, 'V4 nobody is waited for after a move').toEqual([]);
  for (const id of moving) expect(ids, 'V4 nobody is waited for who is gone').toContain(id);

  const sources = await connections[0].hvals(redisKeys.sources(world.room.key));
  const shown = now.participants.flatMap(one => one.producers.map(({ id }) => id));
  expect(sources.toSorted(), 'M1 one producer per source and media').toEqual(shown.toSorted());
  const connected = await connections[0].hkeys(redisKeys.connections(world.room.key));
  expect(connected.toSorted(), 'G1 all who are in are looked after').toEqual(ids.toSorted());

  const links = await connections[0].hkeys(redisKeys.links(world.room.key));
  for (const id of links) expect(ids, 'V9 nobody is linked who is gone').toContain(id);
  const counts = await world.state(0).branches.countPeople(world.room);
  expect(
    [...counts.values()].reduce((sum, count) => sum + count, 0),
    'V9 everybody is somewhere',
  ).toBe(ids.length);

  for (const { id } of world.joined) {
    const left = events.filter(event => event.type === 'participantLeft' && event.participantId === id);
    expect(left.length, 'G1 left exactly once, or not yet').toBe(ids.includes(id) ? 0 : 1);
    expect(world.removals.get(id) ?? 0).toBe(left.length);
  }
}

test('J2 S1 S4 S6 S7 M1 G1 V1 V4 V9 V10 whatever people, replicas and SFUs do, in whichever order', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async rounds => {
      const world = new World(await place(connections[0], readyPlacement({ maxParticipants })));
      await world.begin();
      for (const round of rounds) {
        await Promise.all(round.map((step, index) => world.take(step, index)));
        await check(world);
      }
    }),
    { numRuns: 200 },
  );
}, 120_000);
