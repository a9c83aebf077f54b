import type { CallSnapshot, ChatSnapshot, SpeakersSnapshot } from '@parley/client';
import { embedRate, MeetingMessage, maxUnderWay } from '@parley/embed/messages';
import { RefusalError, rightsOfRole } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { Store } from '../state/store.ts';
import { Bridge, type Stay } from './bridge.ts';
import { Rate } from './rate.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A stay whose parts say what the test lets them. */
function stayOf() {
  const self = { id: 'me', displayName: 'Ann', rights: rightsOfRole.speaker, media: {} };
  const call = new Store({
    state: { status: 'joined' },
    room: { media: { audio: true, video: true, screen: true } },
    self,
    participants: [],
  } as unknown as CallSnapshot);
  const chat = new Store<ChatSnapshot>({ messages: [], hasOlder: false });
  const speakers = new Store<SpeakersSnapshot>({ speakers: [], activeSpeaker: undefined });
  const media = new Store({ microphone: { status: 'off' }, camera: { status: 'off' } });
  const screen = new Store({ status: 'off' });
  const done: unknown[] = [];
  const turned = new Store<PromiseWithResolvers<void> | undefined>(undefined);
  const stay = {
    call: {
      snapshot: call.get,
      subscribe: call.subscribe,
      chat: {
        snapshot: chat.get,
        subscribe: chat.subscribe,
        send: (text: string) => {
          if (text === 'too much') throw new RefusalError('rate_limited', 'Write more slowly.');
          done.push(['chat', text]);
        },
      },
      speakers: { snapshot: speakers.get, subscribe: speakers.subscribe },
      leave: async () => void done.push(['leave']),
    },
    media: {
      get: media.get,
      subscribe: media.subscribe,
      turn: async (kind: string, on: boolean) => {
        await turned.get()?.promise;
        done.push([kind, on]);
        media.set({ ...media.get(), [kind]: { status: on ? 'on' : 'off' } });
      },
    },
    screen: { get: screen.get, subscribe: screen.subscribe, start: async () => {}, stop: () => {} },
  } as unknown as Stay;
  return { stay, call, chat, speakers, media, done, turned };
}

/** The embedding page's end, and the bridge at the other one. */
function meet(rate?: Rate) {
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  port1.onmessage = ({ data }) => heard.push(MeetingMessage.parse(data));
  const bridge = new Bridge(port2, rate);
  ends.push(() => port1.close());
  const ask = async (id: number, command: unknown) => {
    port1.postMessage({ id, command });
    return eventually(`answer ${id}`, async () =>
      heard.find(message => (message as { answer?: number }).answer === id),
    );
  };
  return { bridge, heard, ask, post: (message: unknown) => port1.postMessage(message) };
}

it('does what it is asked for', async () => {
  const { stay, done } = stayOf();
  const { bridge, ask } = meet();
  bridge.attach(stay);
  expect(await ask(1, { do: 'microphone', on: true })).toEqual({ answer: 1 });
  expect(await ask(2, { do: 'camera', on: false })).toEqual({ answer: 2 });
  expect(await ask(3, { do: 'chat', text: '<b>hi</b>' })).toEqual({ answer: 3 });
  expect(await ask(4, { do: 'leave' })).toEqual({ answer: 4 });
  expect(done).toEqual([['microphone', true], ['camera', false], ['chat', '<b>hi</b>'], ['leave']]);
});

it('tells what happens, and nothing of what was written before', async () => {
  const { stay, call, chat, speakers } = stayOf();
  const { bridge, heard } = meet();
  const message = (seq: number, text: string) => ({
    ...{ id: `m${seq}`, seq, at: seq, text, mine: false, state: 'sent', error: undefined },
    from: { id: 'ben', displayName: 'Ben' },
  });
  chat.set({ messages: [message(1, 'old')], hasOlder: false } as unknown as ChatSnapshot);
  bridge.attach(stay);
  const ben = { id: 'ben', displayName: 'Ben' };
  call.set({ ...call.get(), participants: [ben] } as unknown as CallSnapshot);
  call.set({ ...call.get(), participants: [{ ...ben, media: {} }] } as unknown as CallSnapshot);
  chat.set({ messages: [message(1, 'old'), message(2, 'new')], hasOlder: false } as unknown as ChatSnapshot);
  speakers.set({ speakers: [{ participantId: 'ben', level: 2 }] } as unknown as SpeakersSnapshot);
  call.set({ ...call.get(), state: { status: 'reconnecting', cause: 'media' } });
  call.set({ ...call.get(), state: { status: 'joined' } });
  call.set({ ...call.get(), state: { status: 'ended', reason: 'left', message: 'You left the meeting.' } });
  const last = await eventually('the end', async () =>
    heard.find(said => (said as { event: string }).event === 'left'),
  );
  expect(last).toMatchObject({ reason: 'left', message: 'You left the meeting.' });
  expect(heard).toEqual([
    { event: 'joined', participantId: 'me', displayName: 'Ann' },
    { event: 'microphone', on: false },
    { event: 'camera', on: false },
    { event: 'screen', on: false },
    { event: 'participants', count: 1, names: ['Ann'] },
    { event: 'participants', count: 2, names: ['Ann', 'Ben'] },
    { event: 'chat', id: 'm2', from: 'Ben', mine: false, text: 'new', at: 2 },
    { event: 'speaking', names: ['Ben'] },
    last,
  ]);
});

it.each<[string, unknown, string]>([
  ['a command that there is not', { do: 'explode' }, 'bad_request'],
  ['a command without what it takes', { do: 'camera' }, 'bad_request'],
  ['a text that is too long', { do: 'chat', text: 'a'.repeat(5_000) }, 'bad_request'],
  ['nothing', null, 'bad_request'],
  ['what the server refuses', { do: 'chat', text: 'too much' }, 'rate_limited'],
])('answers %s with a problem', async (_, command, code) => {
  const { stay, done } = stayOf();
  const { bridge, ask } = meet();
  bridge.attach(stay);
  expect(await ask(7, command)).toMatchObject({ answer: 7, problem: { code } });
  expect(done).toEqual([]);
});

it('lets nobody turn on what the person may not use, nor a screen without a click', async () => {
  const { stay, call, done } = stayOf();
  const { bridge, ask } = meet();
  bridge.attach(stay);
  vi.stubGlobal('navigator', {});
  ends.push(vi.unstubAllGlobals);
  expect(await ask(0, { do: 'screen', on: true })).toMatchObject({ problem: { code: 'needs_gesture' } });
  const self = { ...call.get().self, rights: rightsOfRole.viewer };
  call.set({ ...call.get(), self } as CallSnapshot);
  for (const [id, source] of ['microphone', 'camera', 'screen'].entries()) {
    const answer = await ask(10 + id, { do: source, on: true });
    expect(answer).toMatchObject({ problem: { code: 'forbidden' } });
  }
  expect(done).toEqual([]);
});

it('does nothing while nobody is in', async () => {
  const { stay, call, done } = stayOf();
  const { bridge, ask } = meet();
  expect(await ask(1, { do: 'camera', on: true })).toMatchObject({ problem: { code: 'not_joined' } });
  expect(await ask(2, { do: 'leave' })).toEqual({ answer: 2 });
  const end = bridge.attach(stay);
  call.set({ ...call.get(), state: { status: 'ended', reason: 'left', message: '…' } });
  expect(await ask(3, { do: 'camera', on: true })).toMatchObject({ problem: { code: 'not_joined' } });
  end();
  expect(await ask(4, { do: 'chat', text: 'hi' })).toMatchObject({ problem: { code: 'not_joined' } });
  expect(done).toEqual([]);
});

it('a flood is refused, and not kept', async () => {
  const { stay, done, turned } = stayOf();
  let now = 0;
  const { bridge, heard, ask, post } = meet(new Rate(embedRate, () => now));
  bridge.attach(stay);
  turned.set(Promise.withResolvers());
  for (let id = 0; id < 500; id++) post({ id, command: { do: 'camera', on: true } });
  const problems = await eventually('the flood to be refused', async () => {
    const refused = heard.filter(said => 'problem' in (said as object));
    return refused.length === 500 - maxUnderWay && refused;
  });
  expect(problems).toContainEqual(
    expect.objectContaining({ answer: 499, problem: expect.objectContaining({ code: 'rate_limited' }) }),
  );
  turned.get()?.resolve();
  turned.set(undefined);
  now += 1_000;
  expect(await ask(1_000, { do: 'leave' })).toEqual({ answer: 1_000 });
  expect(done).toHaveLength(maxUnderWay + 1);
});

it('says nothing to what is no message', async () => {
  const { stay } = stayOf();
  const { bridge, heard, ask, post } = meet();
  bridge.attach(stay);
  for (const message of ['hello', null, 5, {}, { id: -1, command: { do: 'leave' } }, { id: 'x' }, []]) {
    post(message);
  }
  await ask(1, { do: 'chat', text: 'hi' });
  expect(heard.filter(said => 'answer' in (said as object))).toEqual([{ answer: 1 }]);
});
