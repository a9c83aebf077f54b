import { maxNetworks, type Network, networksLeaseMs, type ParticipantId } from '@parley/protocol';
import { expect, test } from 'vitest';
import { mergeNetworks } from './room-networks.ts';

const network = (id: string, level: Network['level'] = 'fair'): Network => ({
  participantId: id as ParticipantId,
  level,
});
const said = (at: number, ...networks: Network[]) => ({ networks, at });

test('Q8 of a replica that is not heard for 15 s nothing counts', () => {
  const heard = new Map([['elsewhere', said(0, network('ada'))]]);
  expect(mergeNetworks([], heard, networksLeaseMs - 1)).toEqual([network('ada')]);
  expect(mergeNetworks([], heard, networksLeaseMs)).toEqual([]);
});

test('Q8 the poor come first, nobody is named twice, and no more than there may be', () => {
  const many = Array.from({ length: maxNetworks }, (_, place) => network(`p${place}`));
  const heard = new Map([
    ['one', said(0, network('ada', 'fair'))],
    ['other', said(0, ...many)],
  ]);
  const all = mergeNetworks([network('ada', 'poor')], heard, 1);
  expect(all[0]).toEqual(network('ada', 'poor'));
  expect(all).toHaveLength(maxNetworks);
  expect(new Set(all.map(({ participantId }) => participantId)).size).toBe(maxNetworks);
});
