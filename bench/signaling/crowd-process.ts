/** The process behind `Crowd`. It ends when its parent does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { answerCalls } from '@parley/loadtests/child';
import type { RoomKey } from '@parley/protocol';
import { now } from './clock.ts';
import type { CrowdCalls, Moment } from './crowd.ts';
import { Resident } from './resident.ts';
import { NotGrantedError, type Talker, talkers } from './talker.ts';

/** How many enter at the same time. */
const entering = 8;

let people: Talker[] = [];
let publishers: Talker[] = [];
let residents: Resident[] = [];
let said: Moment[] = [];
let heard: Moment[] = [];
/** When publishers began to say what they have not heard themselves yet. */
const speaking = new Map<Talker, number>();
const noRoom = 'default/none' as RoomKey;

const calls: CrowdCalls = {
  async enter(places) {
    const left = places.values();
    const enterAll = async () => {
      for (const { kind, url, room, publisher } of left) {
        const person = new talkers[kind](url, room);
        people.push(person);
        await person.connected();
        await person.enter();
        if (publisher) {
          await person.publish();
          publishers.push(person);
        }
        listen(person);
      }
    };
    await Promise.all(Array.from({ length: entering }, enterAll));
  },

  async connect({ url, count, kind }) {
    const made = Array.from({ length: count }, () => new talkers[kind](url, noRoom));
    people.push(...made);
    await Promise.all(made.map(person => person.connected()));
  },

  async arrive({ places, perSecond }) {
    const arrivals = { ms: [] as number[], refused: [] as string[] };
    const began = now();
    const all = places.map(async ({ kind, url, room }, index) => {
      await sleep(Math.max(0, began + (index * 1000) / perSecond - now()));
      const came = now();
      const person = new talkers[kind](url, room);
      try {
        await person.connected();
        await person.enter();
        arrivals.ms.push(now() - came);
        people.push(person);
      } catch (error) {
        person.close();
        arrivals.refused.push(error instanceof NotGrantedError ? error.reason : `${error}`);
      }
    });
    await Promise.all(all);
    return arrivals;
  },

  async speak({ perSecond, seconds, writeEvery = Number.POSITIVE_INFINITY }) {
    const count = Math.round(perSecond * seconds);
    const began = now();
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        await sleep(Math.max(0, began + (index * 1000) / perSecond - now()));
        const publisher = publishers[index % publishers.length];
        if (!publisher) return;
        if ((index + 1) % writeEvery === 0) return publisher.write();
        speaking.set(publisher, now());
        await publisher.say();
      }),
    );
    return publishers.length === 0 ? 0 : count;
  },

  async moments() {
    const answer = { said, heard };
    said = [];
    heard = [];
    return answer;
  },

  async write({ kind, atOnce }) {
    const writers = people.filter(person => person instanceof talkers[kind]);
    const left = writers.values();
    const writeAll = async () => {
      for (const writer of left) await writer.write();
    };
    const began = now();
    await Promise.all(Array.from({ length: atOnce }, writeAll));
    return { answered: writers.length, began, ended: now() };
  },

  async countRead() {
    return people.reduce((sum, person) => sum + person.read, 0);
  },

  async stay({ url, rooms }) {
    const left = rooms.values();
    const enterAll = async () => {
      for (const room of left) residents.push(await Resident.enter(url, room));
    };
    await Promise.all(Array.from({ length: entering }, enterAll));
  },

  async returns() {
    return {
      at: residents.flatMap(({ returns }) => returns),
      away: residents.filter(({ away }) => away).length,
      gaveUp: residents.flatMap(({ gaveUp }) => (gaveUp === undefined ? [] : [gaveUp])),
    };
  },

  async leave() {
    for (const resident of residents) resident.close();
    await Promise.all(people.map(person => person.leave().catch(() => person.close())));
    people = [];
    publishers = [];
    residents = [];
    said = [];
    heard = [];
  },
};

/** Hears what is said in the room; that publishers hear themselves tells which change of the room it became. */
function listen(person: Talker): void {
  const { room } = person;
  person.heard = (seq, own) => {
    const saidAt = speaking.get(person);
    if (!own) heard.push({ room, seq, at: now() });
    else if (saidAt !== undefined) said.push({ room, seq, at: saidAt });
    if (own) speaking.delete(person);
  };
}

answerCalls(calls);
