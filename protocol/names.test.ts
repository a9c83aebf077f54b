import { describe, expect, it } from 'vitest';
import { calmDisplayName, cleanDisplayName, maxDisplayName } from './names.ts';
import { DisplayName } from './signaling.ts';

const zalgo = `A${'\u0301'.repeat(60)}da`;

describe('cleanDisplayName', () => {
  it.each([
    ['  Ada  ', 'Ada'],
    ['Ada\u0000\n\tLovelace', 'Ada Lovelace'],
    ['Zoë', 'Zoë'],
    ['עדה לאבלייס', 'עדה לאבלייס'],
    ['آدا لوفلايس', 'آدا لوفلايس'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩‍🚀 Ada', '👩‍🚀 Ada'],
    ['🏴󠁧󠁢󠁷󠁬󠁳󠁿', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['\u202eadA', 'adA'],
    ['\u2066Ada\u2069', 'Ada'],
    [zalgo, `A${'\u0301'.repeat(8)}da`],
    ['\u200b\u3164\u2060', ''],
    ['\u0301\u200d', ''],
    ['Ada\ud800', 'Ada'],
  ])('%j is %j', (name, clean) => expect(cleanDisplayName(name)).toBe(clean));

  it('cuts what is too long, but no letter in half', () => {
    expect(cleanDisplayName('x'.repeat(200))).toBe('x'.repeat(maxDisplayName));
    expect(cleanDisplayName(`${'x'.repeat(63)}👩‍🚀`)).toBe('x'.repeat(63));
    expect(cleanDisplayName('ש'.repeat(200))).toHaveLength(maxDisplayName);
  });

  it('makes of anything what can be joined with, or nothing', () => {
    for (const name of [
      'x'.repeat(200),
      zalgo.repeat(30),
      '👩‍🚀'.repeat(40),
      '\u202e\u0000Ada\r',
      `${'x'.repeat(63)} y`,
    ]) {
      expect(DisplayName.parse(cleanDisplayName(name))).toBe(cleanDisplayName(name));
    }
  });
});

it('the server calms names, too, whoever sends them, and refuses those of which nothing is left', () => {
  expect(DisplayName.parse(zalgo)).toBe(calmDisplayName(zalgo));
  expect(DisplayName.parse('\u202eAda')).toBe('Ada');
  expect(DisplayName.safeParse('\u200b').success).toBe(false);
  expect(DisplayName.safeParse('A\u0000da').success).toBe(false);
});
