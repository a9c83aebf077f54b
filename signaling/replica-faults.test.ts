/** Calls over three replicas, each a process of its own behind one entrance, while replicas are killed and replaced. */
import { eventually } from '@parley/testing';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Entrance, startEntrance } from './testing/entrance.ts';
import { Guest } from './testing/guest.ts';
import { startReplicaProcess } from './testing/processes.ts';
import { callsOfSfu, roomOnSfu } from './testing/sfu-view.ts';
import { useStage } from './testing/stage.ts';
import { agree, haveRead } from './testing/together.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 120_000 });

type ReplicaProcess = Awaited<ReturnType<typeof startReplicaProcess>>;

const stage = useStage({ replicas: 0 });
let replicas: ReplicaProcess[] = [];
let entrance: Entrance;

// Long enough that nobody is removed while a busy machine takes its time.
const startOne = async () => stage.keep(await startReplicaProcess(stage.server.url, { GRACE_SECONDS: '60' }));

beforeAll(async () => {
  entrance = stage.keep(await startEntrance());
});
beforeEach(async () => {
  const missing = Array.from({ length: 3 - replicas.length }, startOne);
  replicas.push(...(await Promise.all(missing)));
  entrance.targets = replicas.map(({ port }) => port);
});

const enter = async (name: string) => stage.use(await Guest.enter(entrance.url, stage.room.key, name));
/** Six people, two on each replica, who all send a microphone. */
const callOfSix = async () => {
  const six: Guest[] = [];
  for (const name of ['Ada', 'Grace', 'Joan', 'Mary', 'Radia', 'Sophie']) six.push(await enter(name));
  await Promise.all(six.map(guest => guest.publish()));
  return six;
};
const sent = ({ chat }: Guest) => chat.snapshot().messages.every(({ state }) => state === 'sent');

test('G1 G2 S1 H3 a replica of three is killed: its people are back, nothing is lost or doubled, and media go on', async () => {
  const six = await callOfSix();
  const ids = six.map(({ id }) => id);
  const producers = six.map(({ producer }) => producer);
  const before = await agree(six);
  const [calls, media] = await Promise.all([callsOfSfu(stage.room), roomOnSfu(stage.room)]);
  expect(media).toMatchObject({ generation: before.generation, participants: 6, producers: 6 });

  // They write before, while and after it is killed.
  const texts: string[] = [];
  const write = (round: number) => {
    for (const guest of six) {
      const text = `${guest.name} ${round}`;
      texts.push(text);
      guest.chat.send(text);
    }
  };
  write(0);
  const killed = replicas[0]?.kill('SIGKILL');
  write(1);
  await killed;
  write(2);
  replicas.shift();
  await eventually('two to come back', () => six.filter(({ returns }) => returns > 0).length === 2);
  expect(six.every(({ bound }) => bound)).toBe(true);
  write(3);
  await haveRead(six, texts);

  const after = await agree(six);
  expect(six.map(({ id }) => id)).toEqual(ids);
  expect(six.map(({ producer }) => producer)).toEqual(producers);
  expect(after.participants.every(({ connected }) => connected)).toBe(true);
  // The same people with the same producers, in the same order.
  expect({ ...after, seq: 0, at: 0 }).toEqual({ ...before, seq: 0, at: 0 });
  const histories = six.map(guest => guest.history());
  const [longest = []] = histories;
  for (const history of histories) expect(history).toEqual(longest.slice(longest.length - history.length));
  expect(longest.filter(({ type }) => type === 'participantLeft' || type === 'mediaReset')).toEqual([]);
  expect(await callsOfSfu(stage.room)).toEqual(calls);
  expect(await roomOnSfu(stage.room)).toEqual(media);
  for (const guest of six) expect(guest).toMatchObject({ failed: undefined, goodbyes: [] });

  await Promise.all(six.map(guest => guest.leave()));
  await eventually('their media to be gone', async () => (await roomOnSfu(stage.room))?.participants === 0);
});

test('G6 J3 all replicas are replaced one after the other while people join, send and write: no call fails', async () => {
  const stayers = await callOfSix();
  const ids = stayers.map(({ id }) => id);
  const { generation } = await agree(stayers);
  const texts: string[] = [];
  const say = (guest: Guest, text: string) => {
    texts.push(text);
    guest.chat.send(text);
  };

  let done = false;
  const visitors: Guest[] = [];
  /** Somebody comes, sends and writes, and goes when the next is there, for as long as replicas are being replaced. */
  const visits = async (line: number) => {
    for (let before: Guest | undefined, turn = 1; !done; turn++) {
      const visitor = await enter(`Visitor ${line}.${turn}`);
      visitors.push(visitor);
      await visitor.publish();
      say(visitor, `${visitor.name} is here`);
      await eventually('their message to be sent', () => sent(visitor), 60_000);
      // Who goes with the replica is removed after the grace.
      await before?.leave().catch(() => {});
      before = visitor;
    }
  };
  const lines = [visits(1), visits(2)];
  for (const old of [...replicas]) {
    const fresh = await startOne();
    replicas.push(fresh);
    entrance.targets = [...entrance.targets, fresh.port];
    for (const guest of stayers) say(guest, `${guest.name} at ${old.port}`);
    // New connections go to the one that stops until it is gone, as an entrance knows that late.
    expect(await old.kill('SIGTERM')).toBe(0);
    entrance.targets = entrance.targets.filter(port => port !== old.port);
    replicas = replicas.filter(replica => replica !== old);
  }
  done = true;
  await Promise.all(lines);

  const here = [...stayers, ...visitors.slice(-2)];
  await eventually('all to be back', () => stayers.every(({ bound }) => bound));
  await eventually('nobody to be there who is not', async () => {
    const connected = (await agree(here)).participants.filter(participant => participant.connected);
    return connected.length === here.length && here.every(({ id }) => connected.some(one => one.id === id));
  });
  const after = await agree(here);
  expect(stayers.map(({ id }) => id)).toEqual(ids);
  expect(after.generation).toBe(generation);
  for (const guest of [...stayers, ...visitors])
    expect(guest).toMatchObject({ failed: undefined, goodbyes: [] });
  for (const guest of stayers) {
    expect(guest.returns).toBeGreaterThan(0);
    const gone = guest
      .history()
      .flatMap(event => (event.type === 'participantLeft' ? event.participantId : []));
    expect(gone.filter(id => ids.includes(id))).toEqual([]);
    expect(new Set(gone).size).toBe(gone.length);
    expect(guest.texts.toSorted()).toEqual(texts.toSorted());
  }
  expect(visitors.length).toBeGreaterThan(3);
});
