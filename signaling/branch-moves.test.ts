/** Moves of people between the SFUs of a room that several carry, with real SFUs. */
import { randomUUID } from 'node:crypto';
import type { ReadyPlacement, TransportId } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { generationOf, producersOf, useBranches } from './testing/branches.ts';
import { follow, moves, publishTo, several } from './testing/moving.ts';
import { startReplicaProcess } from './testing/processes.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Sfu = ReadyPlacement['sfu'];

const { stage, sfus, say, fill, carriedBy, on, enter, subscribe, quietSfu, doomed, apart } = useBranches();
let first: Sfu;
let second: Sfu;
let third: Sfu;
beforeAll(() => {
  [first, second, third] = sfus();
});

test('V10 one SFU of several is left: its people move to where there is room, and the others keep what they have', async () => {
  const { ada, grace, main, branch, sentByAda, sentByGrace } = await apart();
  await say(first, {});
  await carriedBy(first);
  for (const { client } of [ada, grace]) {
    expect(await client.moved(branch)).toMatchObject({ generation: main, from: branch, main });
  }
  expect(await ada.client.state()).toMatchObject({ generation: main, former: branch });
  expect(await producersOf(ada)).toEqual([sentByAda, sentByGrace]);
  expect(await follow(grace, branch)).toBe(main);
  const again = await publishTo(grace, main);
  // What still flows elsewhere can be had from here.
  expect(await subscribe(ada, first, again, sentByGrace)).toMatchObject({
    producerIds: [again, sentByGrace],
    elsewhere: [{ producerId: sentByGrace, generation: branch, sfu: second }],
  });
  await ada.client.get('finishMove', { generation: main });
  expect((await on(second))?.producers).toBe(1);
  await grace.client.get('finishMove', { generation: main });
  for (const { client } of [ada, grace]) await client.event('moveFinished');
  expect(await on(second)).toBeUndefined();
  expect(await producersOf(grace)).toEqual([sentByAda, again]);
  expect(await grace.client.state()).not.toHaveProperty('branches');
});

test('V10 an SFU is left while another of the room does not answer', async () => {
  const silent = await quietSfu();
  const { grace, branch } = await apart(silent.sfu, second);
  await silent.kill('SIGKILL');
  await say(silent.sfu, {});
  await carriedBy(silent.sfu, third);
  const { generation } = await grace.client.moved(branch);
  expect((await on(third))?.generation).toBe(generation);
});

test('V4 V10 who asks the SFU that is left for what is gone there does not end the move', async () => {
  const { ada, grace, main, branch, sentByGrace } = await apart();
  await say(first, {});
  await carriedBy(first, third);
  await grace.client.moved(branch);
  const request = { transportId: randomUUID() as TransportId, generation: branch };
  expect(await grace.client.ask('restartIce', request)).toMatchObject({ error: { code: 'not_found' } });
  expect(await ada.client.state()).toMatchObject({ generation: main, former: branch });
  expect((await on(second))?.producers).toBe(1);
  expect(await producersOf(ada)).toContain(sentByGrace);
});

test('V10 an SFU that a room is just leaving takes nobody until the move is over, and then begins anew', async () => {
  const { ada, grace, main, branch } = await apart();
  await say(first, {});
  await carriedBy(first);
  await follow(grace, branch);
  await fill(first);
  await carriedBy(first, second);
  expect(generationOf(await enter('Linus'))).toBe(main);
  for (const { client } of [ada, grace]) await client.get('finishMove', { generation: main });
  await ada.client.event('moveFinished');
  const joan = await enter('Joan');
  expect([main, branch]).not.toContain(generationOf(joan));
  expect((await on(second))?.generation).toBe(generationOf(joan));
});

test('V10 the main SFU of several is left for another one, and the further one stays', async () => {
  const { ada, grace, main, branch, sentByGrace } = await apart();
  await fill(second);
  await carriedBy(third, second);
  const moved = await grace.client.moved(main);
  const { generation: next } = moved;
  expect((await on(third))?.generation).toBe(next);
  expect(moved).toMatchObject({ main: next, branches: [branch] });
  expect(await follow(ada, main)).toBe(next);
  const again = await publishTo(ada, next);
  expect(await subscribe(grace, second, again)).toMatchObject({
    elsewhere: [{ generation: next, sfu: third }],
  });
  await grace.client.get('finishMove', { generation: branch });
  await ada.client.get('finishMove', { generation: next });
  await ada.client.event('moveFinished');
  expect(await on(first)).toBeUndefined();
  expect(await producersOf(ada)).toEqual(expect.arrayContaining([again, sentByGrace]));
});

test('V5 V10 a new main SFU that dies half-way: those who were on it begin anew, and the move goes on', async () => {
  const { sfu, die } = await doomed();
  const { ada, grace, main, branch, sentByAda } = await apart();
  const linus = await stage.enter('Linus', 0, moves);
  await fill(second);
  await carriedBy(sfu, second);
  const next = await follow(ada, main);
  const again = await publishTo(ada, next);
  await die();
  await carriedBy(third, second);
  await eventually('the loss of the new one', () =>
    grace.client.events.some(event => event.type === 'mediaLost' && event.generation === next),
  );
  // What the room moves from still flows.
  expect(await grace.client.state()).toMatchObject({ generation: branch, former: main });
  expect(await producersOf(grace)).toContain(sentByAda);
  expect(await producersOf(grace)).not.toContain(again);
  expect(await subscribe(grace, second, sentByAda)).toMatchObject({ elsewhere: [{ generation: main }] });
  const { generation } = await ada.client.get('renewMedia', {});
  expect([main, next]).not.toContain(generation);
  await ada.client.get('finishMove', { generation });
  await grace.client.get('finishMove', { generation: branch });
  // Who does not know of several SFUs has finished with new media.
  expect((await linus.client.state()).former).toBe(undefined);
  await linus.client.get('renewMedia', {});
  await grace.client.event('moveFinished');
  expect(await on(first)).toBeUndefined();
  expect(grace.client.events.map(({ type }) => type)).not.toContain('mediaReset');
});

test('V10 two SFUs of three are left: the second move waits until the first is over', async () => {
  const { ada, grace, main, branch } = await apart(first, second);
  await carriedBy(first, second, third);
  await fill(second);
  const linus = await enter('Linus');
  const last = generationOf(linus);
  expect((await on(third))?.generation).toBe(last);
  const all = [ada, grace, linus];
  await say(first, {});
  await carriedBy(first);
  const left = [branch, last];
  for (let over = 0; over < 2; over++) {
    const moved = await eventually('a move', () =>
      ada.client.events.filter(event => event.type === 'mediaMoved').at(over),
    );
    expect(ada.client.events.filter(({ type }) => type === 'moveFinished')).toHaveLength(over);
    const rest = left.filter(generation => generation !== moved.from);
    expect(moved).toMatchObject({ generation: main, main, ...(over === 0 && { branches: rest }) });
    for (const person of all) {
      if (generationOf(person) === moved.from) await follow(person, moved.from);
      await person.client.get('finishMove', { generation: main });
    }
    await eventually('its end', () =>
      ada.client.events.filter(({ type }) => type === 'moveFinished').at(over),
    );
  }
  expect([await on(second), await on(third)]).toEqual([undefined, undefined]);
  expect((await on(first))?.participants).toBe(3);
});

test('V4 V10 a replica that is killed half-way: the survivor ends the move', async () => {
  const replica = stage.use(await startReplicaProcess(stage.server.url, { GRACE_SECONDS: '30' }));
  await carriedBy(first, second);
  const ada = await stage.enter('Ada', replica, several);
  await fill(first);
  const grace = await enter('Grace', 1);
  const [main, branch] = [generationOf(ada), generationOf(grace)];
  await say(first, {});
  await carriedBy(first);
  await grace.client.moved(branch);
  await replica.kill('SIGKILL');
  await follow(grace, branch);
  await grace.client.get('finishMove', { generation: main });
  const again = stage.client(0, several);
  await again.get('resume', { ...ada.membership, since: ada.joined.snapshot });
  await again.get('finishMove', { generation: main });
  await grace.client.event('moveFinished');
  expect(await on(second)).toBeUndefined();
});
