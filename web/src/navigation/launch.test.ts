import { describe, expect, it } from 'vitest';
import { takeLaunch } from './launch.ts';

const take = (path: string) => takeLaunch(new URL(path, 'https://meet.example.org'));

describe('takeLaunch', () => {
  it.each([
    ['/standup#token=abc', '/standup'],
    ['/standup?token=abc', '/standup'],
    ['/standup?relay=1&token=abc', '/standup?relay=1'],
  ])('takes the token out of %s', (path, address) => {
    const taken = take(path);
    expect(taken.launch.token).toBe('abc');
    expect(taken.address).toBe(address);
  });

  it('reads what embedders say', () => {
    expect(take('/x?name=Ada%20L&autojoin=1&camera=0&mic=1&relay=1&codec=vp9').launch).toEqual({
      token: undefined,
      name: 'Ada L',
      autojoin: true,
      microphone: true,
      camera: false,
      relay: true,
      codec: 'vp9',
    });
  });

  it('leaves what is not said open', () => {
    expect(take('/x?name=%20&autojoin=yes&codec=mpeg2').launch).toEqual({
      token: undefined,
      name: undefined,
      autojoin: false,
      microphone: undefined,
      camera: undefined,
      relay: false,
      codec: undefined,
    });
  });
});
