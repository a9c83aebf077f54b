import { expect, test } from 'vitest';
import { makeSfu, makeView } from '../test/make.ts';
import { type DegradationFacts, degradation } from './degradation.ts';

const view = makeView([], { relays: 1, turnUrls: ['turn:192.0.2.1:3478?transport=udp'] });
const fine: DegradationFacts = { sfus: [makeSfu('a')], lacks: false, view, relay: undefined };
const own = { urls: ['turn:192.0.2.2:3478?transport=udp'], problem: undefined };

test.each<[string, Partial<DegradationFacts>, string | undefined]>([
  ['nothing is missing', {}, undefined],
  ['the pool wants no relay', { view: makeView([]) }, undefined],
  ['no relay is ready', { view: { ...view, turnUrls: [] } }, 'RelaysDown'],
  [
    "the room's own relay is ready, whatever the others do",
    { relay: own, view: { ...view, turnUrls: [] } },
    undefined,
  ],
  [
    "the room's own relay is not ready",
    { relay: { urls: [], problem: 'It is on its way.' } },
    'RelayNotReady',
  ],
  ['it should be on one more SFU, and the pool cannot grow', { lacks: true }, 'Crowded'],
  ['one more SFU is on its way', { lacks: true, view: { ...view, mayGrow: true } }, undefined],
  ['its SFU is going', { sfus: [makeSfu('b', 2), makeSfu('a', 1, { leaving: 'PodDeleted' })] }, 'MovingSoon'],
  [
    'a missing relay is worse than that',
    { sfus: [makeSfu('b', 2), makeSfu('a', 1, { leaving: 'PodDeleted' })], view: { ...view, turnUrls: [] } },
    'RelaysDown',
  ],
])('%s', (_, facts, reason) => expect(degradation({ ...fine, ...facts })?.reason).toBe(reason));

test('the message says whom it hurts', () => {
  const facts = { ...fine, view: { ...view, turnUrls: [] } };
  expect(degradation(facts)?.message).toContain('people whose network asks for one');
  const relayOnly = { ...facts, sfus: [makeSfu('a', 1, { relayOnly: true })] };
  expect(degradation(relayOnly)?.message).toContain('nobody can send or receive');
});
