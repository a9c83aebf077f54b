import { type ChatMessageId, RefusalError, type Request } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import { maxUnsent, Outbox } from './outbox.ts';

type Answer = { seq: number } | RefusalError;

/** An outbox whose requests the test answers. */
function open() {
  const asked: { request: Request<'sendChat'>; answer: (answer: Answer) => void }[] = [];
  const sent: number[] = [];
  const request = ((_name: 'sendChat', request: Request<'sendChat'>) =>
    new Promise<{ seq: number }>((resolve, reject) => {
      const answer = (answer: Answer) => (answer instanceof RefusalError ? reject(answer) : resolve(answer));
      asked.push({ request, answer });
    })) as unknown as SendRequest;
  const outbox = new Outbox(request, { changed: () => {}, sent: seq => sent.push(seq) });
  let next = 0;
  /** Answers the request that was made next, once it is made. */
  const answer = async (answer: Answer) => {
    const one = await eventually('a request', () => asked[next]);
    next++;
    one.answer(answer);
    return one.request;
  };
  const states = () => outbox.messages.map(({ text, state }) => `${text} ${state}`);
  return { outbox, asked, sent, answer, states };
}
const id = (text: string) => text as ChatMessageId;
const unavailable = () => new RefusalError('unavailable', 'Gone.');
const forbidden = () => new RefusalError('forbidden', 'No.');

test('H2 messages are sent one after the other in their order, each until it is answered, with the same id', async () => {
  const { outbox, asked, sent, answer, states } = open();
  outbox.add(id('1'), 'one');
  outbox.add(id('2'), 'two');
  expect(asked).toHaveLength(1);
  expect(await answer(unavailable())).toEqual({ id: '1', text: 'one' });
  await eventually('the next try', () => {
    outbox.hurry();
    return asked.length > 1;
  });
  expect(await answer({ seq: 7 })).toEqual({ id: '1', text: 'one' });
  expect(await answer({ seq: 8 })).toEqual({ id: '2', text: 'two' });
  await eventually('both to be sent', () => sent.length === 2);
  expect(states()).toEqual(['one sent', 'two sent']);
  outbox.settle(one => one === id('1'), 7);
  expect(states()).toEqual(['two sent']);
  outbox.settle(() => false, 8);
  expect(states()).toEqual([]);
});

test('what is refused for good has failed with its reason, and can be sent again or forgotten', async () => {
  const { outbox, answer, states } = open();
  outbox.add(id('1'), 'one');
  outbox.add(id('2'), 'two');
  await answer(forbidden());
  await answer(forbidden());
  await eventually('both to fail', () => states().every(state => state.endsWith('failed')));
  expect(outbox.messages[0]?.error?.code).toBe('forbidden');
  outbox.discard(id('2'));
  outbox.retry(id('1'));
  expect(states()).toEqual(['one sending']);
  expect(await answer({ seq: 1 })).toEqual({ id: '1', text: 'one' });
  await eventually('it to be sent', () => states()[0] === 'one sent');
});

test('when the call is over, what was not sent has failed; the next call may send it', async () => {
  const { outbox, asked, answer, states } = open();
  outbox.add(id('1'), 'one');
  outbox.close(new RefusalError('room_ended', 'Over.'));
  expect(states()).toEqual(['one failed']);
  expect(() => outbox.add(id('2'), 'two')).toThrow('Over.');
  await answer(unavailable());
  outbox.retry(id('1'));
  expect(states()).toEqual(['one failed']);
  outbox.open();
  outbox.retry(id('1'));
  await answer({ seq: 1 });
  await eventually('it to be sent', () => states()[0] === 'one sent');
  expect(asked).toHaveLength(2);
});

test('only so many may wait', () => {
  const { outbox } = open();
  for (let i = 0; i < maxUnsent; i++) outbox.add(id(`${i}`), 'x');
  expect(() => outbox.add(id('more'), 'x')).toThrow(/wait/i);
});
