import type { ParticipantId, ReceivedSignal, Signal, TransferId } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { SendRequest } from './connection.ts';
import { Signals } from './signals.ts';

test('D1 signals go to one participant, and come to those who listen for what they are about', async () => {
  const asked: unknown[] = [];
  const signals = new Signals((async (...parameters: unknown[]) => {
    asked.push(parameters);
    return {};
  }) as SendRequest);
  const signal: Signal = { about: 'file', transfer: 't' as TransferId, step: 'accept' };
  const ada = 'ada' as ParticipantId;
  await signals.send(ada, signal);
  expect(asked).toEqual([['signal', { to: ada, signal }]]);

  const heard: unknown[] = [];
  signals.listen('direct', (...what) => heard.push(what));
  const end = signals.listen('file', (...what) => heard.push(what));
  const received: ReceivedSignal = { from: ada, signal };
  signals.take(received);
  end();
  signals.take(received);
  expect(heard).toEqual([[ada, signal]]);
});
