import { expect, test } from 'vitest';
import { afterLook, silenceMs } from './allowed-peers.ts';

test('an address stays for a while after its last announcement', () => {
  const seen = afterLook(new Map(), ['192.0.2.1', '192.0.2.2'], 0);
  const silent = afterLook(seen, ['192.0.2.2'], silenceMs - 1);
  expect([...silent.keys()]).toEqual(['192.0.2.1', '192.0.2.2']);
  expect([...afterLook(silent, ['192.0.2.2'], 1).keys()]).toEqual(['192.0.2.2']);
});

test('an announcement ends the silence', () => {
  const silent = afterLook(new Map([['192.0.2.1', silenceMs - 1]]), ['192.0.2.1'], 500);
  expect(silent.get('192.0.2.1')).toBe(0);
});

test('time in which Redis did not answer is no silence', () => {
  const before = new Map([['192.0.2.1', silenceMs - 1]]);
  expect([...afterLook(before, [], 0).keys()]).toEqual(['192.0.2.1']);
});
