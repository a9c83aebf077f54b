/** Who in a room is told whose network is bad. */
import { type Network, type NetworkLevel, Networks, redisChannels } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { choppyReport, goodReport } from './quality/test-reports.ts';
import { type Person, useStage } from './testing/stage.ts';

const current = { auth: { version: 2, revision: 5 } };
const before = { auth: { version: 2, revision: 4 } };
// The shortest there is, so that a second report is taken soon.
const stage = useStage({ settings: { QUALITY_REPORT_SECONDS: '2' } });

/** What somebody is told. */
function hear({ client }: Pick<Person, 'client'>) {
  const told: Network[][] = [];
  client.socket.on('networks', (networks: unknown) => told.push(Networks.parse(networks).networks));
  const until = (networks: Network[]) =>
    eventually('word of networks', () => JSON.stringify(told.at(-1)) === JSON.stringify(networks));
  return { told, until };
}

const badAt = ({ id }: Person, level: NetworkLevel = 'fair'): Network => ({ participantId: id, level });
const say = (message: object) =>
  stage.redis.publish(redisChannels.networks(stage.room.uid), JSON.stringify(message));

test('Q7 those in the room are told whose network is bad, on whichever replica they are, until it is good; older clients are not', async () => {
  const [ada, ben, cyd] = [
    await stage.enter('Ada', 0, current),
    await stage.enter('Ben', 1, current),
    await stage.enter('Cyd', 1, before),
  ];
  const [near, far, unknowing] = [hear(ada), hear(ben), hear(cyd)];
  await ada.client.get('reportQuality', choppyReport);
  await Promise.all([near.until([badAt(ada)]), far.until([badAt(ada)])]);
  await eventually('a better report', async () => (await ada.client.ask('reportQuality', goodReport)).ok);
  await Promise.all([near.until([]), far.until([])]);
  expect(unknowing.told).toEqual([]);
});

test('Q8 it is said again, also to who came later, and whoever leaves is not named', async () => {
  const [ada, ben] = [await stage.enter('Ada', 0, current), await stage.enter('Ben', 1, current)];
  await ada.client.get('reportQuality', choppyReport);
  await hear(ben).until([badAt(ada)]);
  const late = hear(await stage.enter('Cyd', 1, current));
  await late.until([badAt(ada)]);
  await ada.client.get('leave', {});
  await late.until([]);
});

test('Q8 the poor come before the fair, what makes no sense is passed over', async () => {
  const [ada, ben] = [await stage.enter('Ada', 0, current), await stage.enter('Ben', 0, current)];
  const heard = hear(ben);
  const [poor, fair] = [badAt(ben, 'poor'), badAt(ada)];
  await say({ replica: 'elsewhere', networks: [poor, poor] });
  await say({ replica: 'elsewhere', networks: [{ ...poor, level: 'good' }] });
  await say({ replica: 'elsewhere', networks: [poor] });
  await ada.client.get('reportQuality', choppyReport);
  await heard.until([poor, fair]);
  expect(heard.told.flat().every(({ level }) => level === 'poor' || level === 'fair')).toBe(true);
});
