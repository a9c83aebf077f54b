import { expect, test } from 'vitest';
import { countFrames, readPath, readReceived } from './report.ts';

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
  expect(received.get('0')).toEqual({
    framesDecoded: 3,
    framesPerSecond: 25,
    totalAudioEnergy: 0,
    packetsReceived: 40,
    packetsLost: 0,
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
