import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ParticipantId } from './ids.ts';
import { maxSpeakers, Speakers } from './speakers.ts';
import { hear, isSilent, type Speech, silence, speakersOf } from './speech.ts';

const newParticipant = () => ParticipantId.parse(randomUUID());

const [ada, ben, cyd] = [newParticipant(), newParticipant(), newParticipant()];

/** Everyone is as loud as `volumes` says for so long, measured every 250 ms. */
function listen(before: Speech, volumes: [ParticipantId, number][], ms: number): Speech {
  let speech = before;
  for (let now = before.at + 250; now <= before.at + ms; now += 250) {
    speech = hear(speech, new Map(volumes), now);
  }
  return speech;
}

const levels = (speech: Speech) => speakersOf(speech).map(({ level }) => level);
const active = (speech: Speech) => speakersOf(speech)[0]?.participantId;

test('M12 who begins to speak is named at once, the louder before the quieter', () => {
  const speech = listen(
    silence,
    [
      [ada, -45],
      [ben, -35],
      [cyd, -20],
    ],
    250,
  );
  expect(speakersOf(speech)).toEqual([
    { participantId: cyd, level: 3 },
    { participantId: ben, level: 2 },
    { participantId: ada, level: 1 },
  ]);
  expect(isSilent(listen(silence, [[ada, -60]], 250))).toBe(false);
  expect(levels(listen(silence, [[ada, -60]], 5_000))).toEqual([]);
});

test('M13 another is the active speaker once they are clearly louder for half a second', () => {
  const before = listen(silence, [[ada, -35]], 1_000);
  const both = (benAt: number, ms: number) =>
    listen(
      before,
      [
        [ada, -35],
        [ben, benAt],
      ],
      ms,
    );
  expect(active(both(-32, 10_000))).toBe(ada);
  expect(active(both(-20, 500))).toBe(ada);
  expect(active(both(-20, 750))).toBe(ben);
  const coughed = listen(both(-15, 250), [[ada, -35]], 1_000);
  expect(active(coughed)).toBe(ada);
});

test('M13 who answers is the active speaker half a second after the other fell silent, be they ever so quiet', () => {
  const before = listen(silence, [[ada, -20]], 1_000);
  const answered = listen(before, [[ben, -45]], 2_000);
  expect(active(answered)).toBe(ben);
});

test('M13 who is silent for 2 s is not active any more, and all is forgotten', () => {
  const before = listen(silence, [[ada, -30]], 1_000);
  const pausing = listen(before, [], 1_500);
  expect(speakersOf(pausing)).toEqual([{ participantId: ada, level: 0 }]);
  const over = listen(before, [], 4_000);
  expect([speakersOf(over), isSilent(over)]).toEqual([[], true]);
});

test('a level is not lost for a moment that is a little quieter', () => {
  let speech = listen(silence, [[ada, -39]], 1_000);
  const seen = new Set<number | undefined>();
  for (let round = 0; round < 20; round++) {
    speech = listen(speech, [[ada, round % 2 ? -39 : -42]], 250);
    seen.add(levels(speech)[0]);
  }
  expect([...seen]).toEqual([2]);
});

const people = Array.from({ length: 12 }, newParticipant);
const moment = fc.record({
  ms: fc.integer({ min: 1, max: 3_000 }),
  loud: fc.dictionary(fc.nat(people.length - 1).map(String), fc.integer({ min: -127, max: 0 })),
});

test('M12 M13 whatever is heard, what is said fits the protocol, and the active speaker is loud or was within 2 s', () => {
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 40 }), moments => {
      let speech = silence;
      const lastLoud = new Map<ParticipantId, number>();
      for (const { ms, loud } of moments) {
        const before = speech;
        const volumes = new Map(
          Object.entries(loud).map(([who, volume]) => [people[Number(who)] ?? ada, volume]),
        );
        speech = hear(speech, volumes, speech.at + ms);
        const said = speakersOf(speech);
        Speakers.parse({ speakers: said });
        expect(said.length).toBeLessThanOrEqual(maxSpeakers);
        const others = said.slice(1).map(({ level }) => level);
        expect(others).toEqual([...others].sort((one, other) => other - one));
        for (const { participantId, level } of said) if (level > 0) lastLoud.set(participantId, speech.at);
        // Level 0 is for the active speaker alone, and for 2 s.
        expect(others).not.toContain(0);
        const first = said[0];
        if (first) expect(speech.at - (lastLoud.get(first.participantId) ?? 0)).toBeLessThan(2_000);
        // Nobody takes over in one step from somebody who speaks on.
        const was = before.active;
        const speaksOn = was !== undefined && (speech.voices.get(was)?.level ?? 0) > 0;
        if (speaksOn && before.rival === undefined) expect(speech.active).toBe(was);
      }
      expect(isSilent(hear(hear(speech, new Map(), speech.at + 2_000), new Map(), speech.at + 6_000))).toBe(
        true,
      );
    }),
  );
});

test('how often it is measured makes no difference to how loud somebody is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: -60, max: -5 }),
      (steps, volume) => {
        const begun = listen(silence, [[ada, -30]], 1_000);
        const total = steps.reduce((sum, step) => sum + step, 0);
        let often = begun;
        for (const step of steps) often = hear(often, new Map([[ada, volume]]), often.at + step);
        const once = hear(begun, new Map([[ada, volume]]), begun.at + total);
        expect(often.voices.get(ada)?.loudness).toBeCloseTo(once.voices.get(ada)?.loudness ?? 0, 6);
      },
    ),
  );
});
