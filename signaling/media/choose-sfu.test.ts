import { randomUUID } from 'node:crypto';
import { type SfuInstance, SfuRegistration } from '@parley/protocol';
import { expect, test } from 'vitest';
import { type Candidate, chooseSfu } from './choose-sfu.ts';

const place = (pod: string) => ({
  pod,
  instance: randomUUID() as SfuInstance,
  controlUrl: 'http://127.0.0.1:9',
});
const [first, second, third] = [place('first'), place('second'), place('third')];

function candidate(
  sfu: typeof first,
  used: number | undefined,
  more: { state?: 'draining'; cutOff?: SfuInstance[]; people?: number; transports?: number } = {},
): Candidate {
  const { people = 0, state = 'serving', transports = 0, cutOff } = more;
  const load = { rooms: 1, transports, producers: 0, consumers: 0, workerCpu: 0, used };
  const registration = SfuRegistration.parse({ ...sfu, state, workers: 1, cutOff, load });
  return { sfu, registration, people };
}
const gone = (sfu: typeof first): Candidate => ({ sfu, registration: undefined, people: 0 });

test.each<[string, [Candidate, ...Candidate[]], string]>([
  ['the main one while it has room', [candidate(first, 0.69), candidate(second, 0)], 'first'],
  [
    'the next once it has not',
    [candidate(first, 0.7), candidate(second, 0.5), candidate(third, 0)],
    'second',
  ],
  ['the emptiest where all are full', [candidate(first, 0.9), candidate(second, 0.8)], 'second'],
  [
    'the one with fewest people of the room where all are as full',
    [candidate(first, 1, { people: 3 }), candidate(second, 1, { people: 2 })],
    'second',
  ],
  ['the first where nothing tells them apart', [candidate(first, 1), candidate(second, 1)], 'first'],
  ['one that says nothing of its load as if it were empty', [candidate(first, undefined)], 'first'],
  [
    'a full one before one that drains',
    [candidate(first, 0, { state: 'draining' }), candidate(second, 1)],
    'second',
  ],
  ['a full one before one that is not there', [gone(first), candidate(second, 1)], 'second'],
  [
    'one that drains before one that is not there',
    [gone(first), candidate(second, 0, { state: 'draining' })],
    'second',
  ],
  ['anyone at all where nobody is there', [gone(first), gone(second)], 'first'],
  [
    'the next if more came at once to one than that knows of',
    [candidate(first, 0.4, { transports: 20, people: 18 }), candidate(second, 0)],
    'second',
  ],
  [
    'the first though people of other rooms are there as well',
    [candidate(first, 0.4, { transports: 40, people: 18 }), candidate(second, 0)],
    'first',
  ],
  [
    'the main one before one that it does not reach',
    [candidate(first, 1, { cutOff: [second.instance] }), candidate(second, 0)],
    'first',
  ],
  [
    'the main one before one that does not reach it',
    [candidate(first, 1), candidate(second, 0, { cutOff: [first.instance] })],
    'first',
  ],
  [
    'one that only somebody who is gone did not reach',
    [gone(first), candidate(second, 0, { cutOff: [first.instance] })],
    'second',
  ],
])('V9 who comes goes to %s', (_, candidates, pod) => {
  expect(chooseSfu(candidates).pod).toBe(pod);
});
