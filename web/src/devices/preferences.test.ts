import { describe, expect, it } from 'vitest';
import { parsePreferences } from './preferences.ts';
import { usualSound } from './sound.ts';

describe('parsePreferences', () => {
  const unset = { name: '', microphoneOn: true, cameraOn: true, mirrored: true, sound: usualSound };

  it.each([undefined, '', '{', 'null', '[]', '"x"', '{"name":7,"cameraOn":"no","sound":[]}'])(
    'takes %j for nothing remembered',
    text => expect(parsePreferences(text)).toEqual(unset),
  );

  it('keeps what is well-formed beside what is not', () => {
    expect(parsePreferences('{"name":"Ada","cameraOn":false,"speaker":5}')).toMatchObject({
      name: 'Ada',
      cameraOn: false,
      microphoneOn: true,
    });
  });
});
