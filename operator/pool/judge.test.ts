import { expect, test } from 'vitest';
import { judgePool } from './judge.ts';

test.each(['10.0.0.0/8', '203.0.113.7/32', '2001:db8::/32', 'fd00::1/128'])(
  '%s may be an allowed peer',
  peer => {
    expect(judgePool({ turn: { allowedPeers: [peer] } }).accepted).toBe(true);
  },
);

test.each(['10.0.0.0/33', '10.0.0/8', '300.0.0.0/8', '2001:db8::/129', '::1::/64'])(
  '%s may not: relays would not start',
  peer => {
    expect(judgePool({ turn: { allowedPeers: ['10.0.0.0/8', peer] } })).toEqual({
      accepted: false,
      reason: 'InvalidSpec',
      message: 'spec.turn.allowedPeers.1: must be a network in CIDR notation.',
    });
  },
);
