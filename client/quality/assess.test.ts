import type { Network, ParticipantId, ReceivedStreamReport } from '@parley/protocol';
import { camera, picture, sound } from '@parley/quality/test';
import { expect, test } from 'vitest';
import { assess } from './assess.ts';

const [me, ann, ben, cyd] = ['me', 'ann', 'ben', 'cyd'] as [
  ParticipantId,
  ParticipantId,
  ParticipantId,
  ParticipantId,
];
const lost: ReceivedStreamReport = {
  ...sound,
  packetsReceived: 350,
  packetsLost: 150,
  concealedSamples: 140_000,
};
const slow: ReceivedStreamReport = { ...picture, framesDecoded: 20, framesPerSecond: 2, framesDropped: 200 };
const path = {
  direction: 'send',
  candidateType: 'host',
  protocol: 'udp',
  currentRoundTripTime: 0.02,
} as const;

interface Case {
  received: [ParticipantId, ReceivedStreamReport][];
  /** Share of what one sends that the server misses. */
  uplink?: number;
  networks?: Network[];
}

const look = ({ received, uplink = 0, networks = [] }: Case) =>
  assess(
    {
      periodMs: 10_000,
      paths: [path],
      sent: [{ ...camera, packetsLost: uplink * camera.packetsSent }],
      received: received.map(([participantId, stream]) => ({ participantId, stream })),
    },
    me,
    networks,
    undefined,
  );
const poor = (participantId: ParticipantId): Network => ({ participantId, level: 'poor' });
const said = (of: Case, id: ParticipantId) => {
  const { level, reason } = look(of).participants.get(id) ?? { level: 'good' };
  return reason ? `${level}: ${reason}` : level;
};

test('all is well', () => {
  const call: Case = {
    received: [
      [ann, sound],
      [ann, picture],
      [ben, sound],
    ],
  };
  expect([said(call, ann), said(call, ben)]).toEqual(['good', 'good']);
  expect(look(call).own).toEqual({ level: 'good' });
});

test.each<[string, Case, string]>([
  [
    'is named, while others are fine',
    {
      received: [
        [ann, lost],
        [ben, sound],
      ],
      networks: [poor(ann)],
    },
    'poor: theirs',
  ],
  ['is named and alone', { received: [[ann, lost]], networks: [poor(ann)] }, 'poor: theirs'],
  [
    'is named and what comes was repaired',
    { received: [[ann, sound]], networks: [poor(ann)] },
    'fair: theirs',
  ],
  ['is named, sends nothing', { received: [], networks: [poor(ann)] }, 'fair: theirs'],
  [
    'is named as one is oneself, and others are fine',
    {
      received: [
        [ann, lost],
        [ben, sound],
      ],
      networks: [poor(ann), poor(me)],
    },
    'poor: theirs',
  ],
  [
    'suffers as others do, and one loses what one sends',
    {
      received: [
        [ann, lost],
        [ben, lost],
      ],
      uplink: 0.2,
    },
    'poor: yours',
  ],
  ['suffers, and one is named oneself', { received: [[ann, lost]], networks: [poor(me)] }, 'poor: yours'],
  [
    'suffers as all others do',
    {
      received: [
        [ann, lost],
        [ben, lost],
      ],
    },
    'poor: yours',
  ],
  [
    'suffers as others do, and some do not',
    {
      received: [
        [ann, lost],
        [ben, lost],
        [cyd, sound],
      ],
    },
    'poor: server',
  ],
  [
    'suffers alone, and nobody knows why',
    {
      received: [
        [ann, lost],
        [ben, sound],
      ],
    },
    'poor',
  ],
  [
    'is shown by a device that is too slow',
    {
      received: [
        [ann, slow],
        [ben, slow],
      ],
    },
    'poor',
  ],
])('who %s', (_, call, expected) => {
  expect(said(call, ann)).toBe(expected);
});

test('one’s own network is bad by what one sends, by what the server says, or as all that comes suffers', () => {
  expect(look({ received: [], uplink: 0.2 }).own).toEqual({ level: 'poor', reason: 'yours' });
  expect(look({ received: [], networks: [poor(me)] }).own).toEqual({ level: 'poor', reason: 'yours' });
  expect(
    look({
      received: [
        [ann, lost],
        [ben, lost],
      ],
    }).own,
  ).toEqual({ level: 'poor', reason: 'yours' });
  expect(
    look({
      received: [
        [ann, lost],
        [ben, sound],
      ],
    }).own,
  ).toEqual({ level: 'good' });
});

test('a picture that is small, as that was chosen, is not a bad one', () => {
  const small: ReceivedStreamReport = {
    ...picture,
    frameWidth: 320,
    frameHeight: 180,
    shownPixels: 1280 * 720,
  };
  expect(said({ received: [[ann, small]] }, ann)).toBe('good');
});
