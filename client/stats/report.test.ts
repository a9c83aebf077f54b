import { expect, test } from 'vitest';
import { countFrames, readPath, readReceived, readSent } from './report.ts';

const report = (...entries: { id: string }[]) =>
  new Map(entries.map(entry => [entry.id, entry])) as unknown as RTCStatsReport;

const streams = [
  { id: 'in0', type: 'inbound-rtp', mid: '0', framesDecoded: 3, framesPerSecond: 25, packetsReceived: 40 },
  { id: 'in1', type: 'inbound-rtp', mid: '1', totalAudioEnergy: 0.5, packetsReceived: 9, packetsLost: 1 },
  { id: 'in2', type: 'inbound-rtp', mid: 'probator', framesDecoded: 100, packetsReceived: 1 },
];

test('reads every stream but the probe', () => {
  const received = readReceived(report(...streams));
  expect([...received.keys()]).toEqual(['0', '1']);
  expect(received.get('0')).toMatchObject({
    framesDecoded: 3,
    framesPerSecond: 25,
    totalAudioEnergy: 0,
    packetsReceived: 40,
    packetsLost: 0,
    bytesReceived: 0,
    jitter: 0,
    frameWidth: 0,
    frameHeight: 0,
    codec: undefined,
  });
  expect(countFrames(report(...streams))).toBe(3);
});

const ice = [
  { id: 'l1', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
  { id: 'l2', type: 'local-candidate', candidateType: 'relay', protocol: 'udp', relayProtocol: 'tcp' },
  { id: 'r', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' },
  { id: 'one', type: 'candidate-pair', localCandidateId: 'l1', remoteCandidateId: 'r', state: 'waiting' },
  {
    id: 'two',
    type: 'candidate-pair',
    localCandidateId: 'l2',
    remoteCandidateId: 'r',
    state: 'succeeded',
    nominated: true,
  },
];

test('finds the selected path, with and without transport statistics', () => {
  const path = { direction: 'send', local: 'relay', remote: 'host', protocol: 'udp', relayProtocol: 'tcp' };
  expect(readPath('send', report(...ice))).toEqual(path);
  const transport = { id: 't', type: 'transport', selectedCandidatePairId: 'two' };
  expect(readPath('send', report(...ice, transport))).toEqual(path);
});

test('there is no path before one is chosen', () => {
  expect(readPath('receive', report())).toBeUndefined();
  expect(readPath('receive', report(...ice.slice(0, 4)))).toBeUndefined();
});

test('a path says how long it takes, and what it is taken to carry', () => {
  const pair = { ...ice[4], id: 'two', currentRoundTripTime: 0.04, availableOutgoingBitrate: 1e6 };
  const all = [...ice.slice(0, 4), pair];
  expect(readPath('send', report(...all))).toMatchObject({ roundTripMs: 40, availableOutgoingBitrate: 1e6 });
  expect(readPath('receive', report(...all))).not.toHaveProperty('availableOutgoingBitrate');
});

test('reads what is sent, with the losses that its receiver tells of', () => {
  const codec = { id: 'c', type: 'codec', mimeType: 'video/VP8' };
  const stream = {
    id: 'o',
    type: 'outbound-rtp',
    kind: 'video',
    codecId: 'c',
    packetsSent: 9,
    frameWidth: 320,
  };
  const other = { id: 'r', type: 'remote-inbound-rtp', localId: 'o', packetsLost: 2 };
  expect(readSent(report(codec, stream, other))).toEqual([
    {
      kind: 'video',
      packetsSent: 9,
      packetsLost: 2,
      bytesSent: 0,
      frameWidth: 320,
      frameHeight: 0,
      framesPerSecond: 0,
      codec: 'VP8',
      qualityLimitationReason: undefined,
    },
  ]);
});
