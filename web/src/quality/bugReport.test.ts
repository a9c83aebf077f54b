import type { CallSnapshot, QualitySnapshot } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { expect, it } from 'vitest';
import { bugReport } from './bugReport.ts';
import { figuresOf } from './figures.ts';
import { received, sent, stats } from './testing.ts';

it('tells how a call fares, and names nobody', () => {
  const id = 'a2c5cd1f-9c1c-4f0e-9f7e-0d6f4c6a3b11' as ParticipantId;
  const others = { id, displayName: 'Ann Other', role: 'speaker', identity: 'ann@example.org' };
  const call = {
    state: { status: 'joined' },
    participants: [others],
    self: { id: 'self', displayName: 'Grace', role: 'owner' },
    mediaPath: 'sfu',
  } as unknown as CallSnapshot;
  const quality: QualitySnapshot = {
    own: { level: 'good' },
    participants: new Map([[id, { level: 'poor', reason: 'theirs' }]]),
    relayed: false,
    reduced: { receive: 'full', send: 'full', allowed: true },
  };
  const before = stats({ received: [received(id)], sent: [sent()] });
  const now = stats({
    at: 1_000,
    received: [received(id, { bytesReceived: 1_000 })],
    sent: [sent({ bytesSent: 2_000 })],
    paths: [{ direction: 'send', via: 'sfu', local: 'host', remote: 'host', protocol: 'udp' }],
  });
  const text = bugReport(call, quality, figuresOf(before, now), 'a browser');
  expect(JSON.parse(text)).toMatchObject({
    people: 2,
    quality: { others: [{ person: 'person 1', level: 'poor', reason: 'theirs' }] },
    received: [{ person: 'person 1', source: 'camera', bitrate: 8_000 }],
    sent: [{ bitrate: 16_000 }],
  });
  for (const secret of [id, 'Ann', 'Grace', 'example']) expect(text).not.toContain(secret);
});
