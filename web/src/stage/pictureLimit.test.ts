import { describe, expect, it } from 'vitest';
import { mostFor, nextLimit, type PictureLimit } from './pictureLimit.ts';

const ceiling = 25;
const after = (looks: number, start: PictureLimit, dropped: number) => {
  let limit = start;
  for (let look = 0; look < looks; look++) {
    limit = nextLimit(limit, { pictures: limit.most, dropped }, ceiling);
  }
  return limit;
};

describe('the limit of pictures', () => {
  it('begins higher where there are more cores', () => {
    expect([1, 2, 4, 8, 64].map(mostFor)).toEqual([12, 12, 25, 49, 49]);
  });

  it('falls while the machine does not keep up, but not below what any machine shows', () => {
    expect(after(1, { most: 25, calm: 0 }, 0.5).most).toBe(18);
    expect(after(20, { most: 25, calm: 0 }, 0.5).most).toBe(4);
  });

  it('falls from what is shown, not from what might be', () => {
    expect(nextLimit({ most: 25, calm: 0 }, { pictures: 8, dropped: 0.5 }, ceiling).most).toBe(6);
  });

  it('stays when few pictures are shown: it is not they', () => {
    expect(nextLimit({ most: 25, calm: 0 }, { pictures: 3, dropped: 0.9 }, ceiling).most).toBe(25);
  });

  it('rises after some time, up to where it began', () => {
    expect(after(5, { most: 8, calm: 0 }, 0).most).toBe(8);
    expect(after(6, { most: 8, calm: 0 }, 0).most).toBe(10);
    expect(after(200, { most: 8, calm: 0 }, 0).most).toBe(25);
  });

  it('does not rise while some frames come too late', () => {
    expect(after(50, { most: 8, calm: 0 }, 0.1).most).toBe(8);
  });
});
