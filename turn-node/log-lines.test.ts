import { expect, test } from 'vitest';
import { cleanLine, isComplaint } from './log-lines.ts';

test('user names and the clock are left out of lines', () => {
  const line =
    '12: (4711): INFO: session 000000000000000001: usage: realm=<parley>, username=<1700000000:ada>, rp=3';
  expect(cleanLine(line)).toBe('session 000000000000000001: usage: realm=<parley>, username=<…>, rp=3');
  expect(cleanLine('0: : check_stun_auth: user <1700000000:ada> credentials are incorrect')).toBe(
    'check_stun_auth: user <…> credentials are incorrect',
  );
});

test('complaints are told from the rest', () => {
  expect(isComplaint('bind: Cannot bind local socket to addr')).toBe(true);
  expect(isComplaint('Relay ports initialization done')).toBe(false);
});
