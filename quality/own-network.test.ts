import type { NetworkLevel } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownNetwork, uplinkLoss } from './own-network.ts';
import { camera } from './test-streams.ts';

const path = { direction: 'send', candidateType: 'host', protocol: 'udp' } as const;
const report = (share: number, more: object = {}) => ({
  paths: [{ ...path, currentRoundTripTime: 0.02, availableOutgoingBitrate: 2e6, ...more }],
  sent: [{ ...camera, packetsLost: share * camera.packetsSent }],
});

test.each<[string, Parameters<typeof ownNetwork>[0], NetworkLevel | undefined]>([
  ['all is well', report(0.01), undefined],
  ['some is lost', report(0.05), 'fair'],
  ['much is lost', report(0.3), 'poor'],
  ['the server is far', report(0, { currentRoundTripTime: 0.4 }), 'fair'],
  ['another participant is far', report(0, { via: 'direct', currentRoundTripTime: 1 }), undefined],
  ['it takes very long', report(0, { currentRoundTripTime: 1 }), 'poor'],
  ['little can be sent', report(0, { availableOutgoingBitrate: 150_000 }), 'fair'],
  ['hardly anything can be sent', report(0, { availableOutgoingBitrate: 50_000 }), 'poor'],
  ['nothing is sent, and nothing known', { paths: [], sent: [] }, undefined],
  [
    'a few packets say nothing',
    { paths: [], sent: [{ ...camera, packetsSent: 4, packetsLost: 4 }] },
    undefined,
  ],
])('%s', (_, said, level) => {
  expect(ownNetwork(said)).toBe(level);
});

test('Q7 at a limit it is called what it was called before', () => {
  expect([ownNetwork(report(0.035)), ownNetwork(report(0.035), 'fair')]).toEqual([undefined, 'fair']);
  expect([ownNetwork(report(0.1)), ownNetwork(report(0.1), 'poor')]).toEqual(['fair', 'poor']);
  expect(ownNetwork(report(0.01), 'poor')).toBeUndefined();
});

test('Q7 more loss never makes it better', () => {
  const rank = (share: number) => [undefined, 'fair', 'poor'].indexOf(ownNetwork(report(share)));
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(share, share, (one, other) => (one <= other ? rank(one) <= rank(other) : true)));
  expect(uplinkLoss(report(1))).toBe(1);
});
