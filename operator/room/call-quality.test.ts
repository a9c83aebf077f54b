import type { CallQuality } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallQualityFacts, judgeCalls, poorReasons, quantised } from './call-quality.ts';

const none = { network: 0, relay: 0, device: 0, unknown: 0 };
const calls = (of: Partial<CallQuality> = {}): CallQuality => ({
  people: 4,
  audioMos: 420,
  videoScore: 400,
  poor: none,
  ...of,
});
const judge = (of: Partial<CallQualityFacts> = {}) =>
  judgeCalls({
    objective: { audioMos: 350, videoScore: 300 },
    participants: 4,
    calls: calls(),
    sfus: [{ pod: 'sfu-0', pressure: 'low' }],
    before: undefined,
    ...of,
  });

test('says that nothing is known where nobody is in, or nobody reports', () => {
  expect(judge({ participants: 0 })).toMatchObject({ status: 'Unknown', reason: 'NoCall' });
  expect(judge({ calls: undefined })).toMatchObject({ status: 'Unknown', reason: 'NoReports' });
  const deaf = { people: 1, poor: none };
  expect(judge({ calls: deaf })).toMatchObject({ status: 'Unknown', reason: 'NoReports' });
});

test('meets the objective with sound alone', () => {
  const { videoScore: _, ...heard } = calls();
  expect(judge({ calls: heard })).toEqual({
    status: 'True',
    reason: 'ObjectiveMet',
    message: 'The calls are as good as wanted (MOS 3.5 for sound, 3.0 for pictures).',
  });
});

test.each<[string, Partial<CallQualityFacts>, string]>([
  ['an SFU that is full, whatever else', { sfus: [{ pod: 'sfu-0', pressure: 'full' }] }, 'SfuOverload'],
  ['relays', { calls: calls({ audioMos: 200, poor: { ...none, relay: 2, network: 1 } }) }, 'Relay'],
  ['networks', { calls: calls({ audioMos: 200, poor: { ...none, network: 3 } }) }, 'ClientNetwork'],
  ['devices', { calls: calls({ audioMos: 200, poor: { ...none, device: 1 } }) }, 'ClientDevice'],
  [
    'nothing that is known',
    { calls: calls({ audioMos: 200, poor: { ...none, unknown: 3 } }) },
    'CauseUnknown',
  ],
])('blames %s', (_, facts, reason) => {
  const worse = { calls: calls({ audioMos: 200, poor: { ...none, network: 1 } }), ...facts };
  expect(judge(worse)).toMatchObject({ status: 'False', reason });
});

test('says what is missing and why', () => {
  const facts = { calls: calls({ audioMos: 288, videoScore: 211, poor: { ...none, network: 3 } }) };
  expect(judge(facts).message).toBe(
    'Sound has a MOS of 2.9 where 3.5 is wanted. Pictures score 2.1 where 3.0 is wanted. The network of 3 of 4 who report loses or delays too much.',
  );
});

test('a room on the edge does not change all the time', () => {
  const onTheEdge = { calls: calls({ audioMos: 350 }) };
  expect(judge({ ...onTheEdge, before: 'True' }).status).toBe('True');
  expect(judge({ ...onTheEdge, before: 'False' }).status).toBe('False');
  expect(judge({ calls: calls({ audioMos: 360 }), before: 'False' }).status).toBe('True');
});

test('better calls are never judged worse', () => {
  const score = fc.integer({ min: 100, max: 500 });
  const count = fc.integer({ min: 0, max: 5 });
  const poor = fc.record({ network: count, relay: count, device: count, unknown: count });
  fc.assert(
    fc.property(score, score, score, poor, (one, other, videoScore, those) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      const at = (audioMos: number) => judge({ calls: calls({ audioMos, videoScore, poor: those }) });
      if (at(low).status === 'True') expect(at(high).status).toBe('True');
      const worse = at(low);
      if (worse.status === 'False') expect(poorReasons).toContain(worse.reason);
      expect(quantised(low)).toBeLessThanOrEqual(quantised(high));
    }),
  );
});
