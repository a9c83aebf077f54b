import { randomUUID } from 'node:crypto';
import { MediaGeneration, type ParticipantId, type Speaker, Speakers } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSpeakers } from './speaker-merge.ts';

const people = Array.from({ length: 12 }, () => randomUUID() as ParticipantId).sort();
const [ada, ben, cyd] = people as [ParticipantId, ParticipantId, ParticipantId];
const [main, branch] = ['main', 'branch'].map(name => MediaGeneration.parse(name)) as [
  MediaGeneration,
  MediaGeneration,
];
const at = (participantId: ParticipantId, level: number): Speaker => ({ participantId, level });
const heard = (...lists: Speaker[][]) =>
  new Map(lists.map((speakers, place) => [place ? branch : main, { speakers, at: 0 }]));

test('M12 of several SFUs all are named, the louder before the quieter', () => {
  const merged = mergeSpeakers(heard([at(ada, 2), at(ben, 1)], [at(cyd, 3)]), undefined, 0);
  expect(merged).toEqual([at(cyd, 3), at(ada, 2), at(ben, 1)]);
});

test('M13 the active speaker of a room on several SFUs stays it until the one of another is louder', () => {
  expect(mergeSpeakers(heard([at(ada, 2)], [at(ben, 2)]), ben, 0)[0]).toEqual(at(ben, 2));
  expect(mergeSpeakers(heard([at(ada, 3)], [at(ben, 2)]), ben, 0)[0]).toEqual(at(ada, 3));
  // Silent for a moment, with nobody else who speaks; and with somebody.
  expect(mergeSpeakers(heard([at(ada, 0)]), ada, 0)).toEqual([at(ada, 0)]);
  expect(mergeSpeakers(heard([at(ada, 0)], [at(ben, 1)]), ada, 0)).toEqual([at(ben, 1)]);
});

test('M12 who is heard on two SFUs is named once, as loud as they are on either', () => {
  expect(mergeSpeakers(heard([at(ada, 1)], [at(ada, 3)]), undefined, 0)).toEqual([at(ada, 3)]);
});

test('M12 an SFU that falls silent without a word is forgotten after 5 s', () => {
  const said = heard([at(ada, 2)]);
  expect(mergeSpeakers(said, ada, 4_999)).toHaveLength(1);
  expect(mergeSpeakers(said, ada, 5_000)).toEqual([]);
});

const list = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...people), fc.nat(3)), { maxLength: 8, selector: ([id]) => id })
  .map(pairs => pairs.map(([id, level]) => at(id, level)));

test('M12 whatever SFUs say, what comes out fits the protocol and is the same at each replica', () => {
  fc.assert(
    fc.property(fc.array(list, { maxLength: 2 }), fc.option(fc.constantFrom(...people)), (lists, active) => {
      const merged = mergeSpeakers(heard(...lists), active ?? undefined, 0);
      Speakers.parse({ speakers: merged });
      const reversed = new Map([...heard(...lists)].reverse());
      expect(mergeSpeakers(reversed, active ?? undefined, 0)).toEqual(merged);
    }),
  );
});
