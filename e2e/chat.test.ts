import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';
import type { Person } from './person.ts';

const { kube, makeRoom, join } = useFixture();
const room = 'chatty';
let ada: Person;
let grace: Person;

beforeAll(async () => {
  await makeRoom(room);
  [ada, grace] = await join(room, ['Ada', 'Grace'], { camera: false });
});
afterAll(async () => {
  await Promise.all([ada, grace].map(person => person?.close()));
  await kube('delete', 'room', room);
});

const openChat = (person: Person) => person.page.getByRole('button', { name: /^Chat/ }).click();
const write = async (person: Person, text: string) => {
  await person.page.getByRole('textbox', { name: 'Message' }).fill(text);
  await person.page.keyboard.press('Enter');
};
/** What the person reads, once it is this many messages and all of them are sent. */
const reads = (person: Person, count: number): Promise<string[]> =>
  eventually(
    `${person.name} to read ${count} messages`,
    async () => {
      const sent = person.page.locator('[data-testid=message][data-state=sent]');
      const texts = await sent.getByTestId('message-text').allInnerTexts();
      return texts.length >= count && texts;
    },
    60_000,
  );

it('two people write to each other, and who has not looked yet sees how much there is', async () => {
  await openChat(ada);
  await write(ada, 'Hello <b>Grace</b>');
  await write(ada, 'zwei\nZeilen');
  await grace.page.getByRole('button', { name: 'Chat, 2 unread' }).click();
  await write(grace, 'Hello Ada');
  const written = ['Hello <b>Grace</b>', 'zwei\nZeilen', 'Hello Ada'];
  expect(await reads(ada, 3)).toEqual(written);
  expect(await reads(grace, 3)).toEqual(written);
});

it('is closed by Escape, and gives the keyboard back where it was', async () => {
  await grace.page.keyboard.press('Escape');
  await grace.page.getByRole('region', { name: 'Chat' }).waitFor({ state: 'detached' });
  const focused = grace.page.locator(':focus');
  expect(await focused.getAttribute('aria-label')).toBe('Chat');
  await focused.press('Enter');
  await grace.page.getByRole('region', { name: 'Chat' }).waitFor();
});

it('has no barriers', async () => {
  await expectNoBarriers(ada.page, 'section[aria-label=Chat]');
});

it('who comes later reads what was written before', async () => {
  const [joan] = await join(room, ['Joan'], { camera: false });
  await openChat(joan);
  expect(await reads(joan, 3)).toEqual(await reads(ada, 3));
  await joan.close();
});

it('kill -9 of every replica: what is written at that moment arrives once, in the order of each writer', async () => {
  const pids = await replicaPids();
  expect(pids).toHaveLength(2);
  for (const person of [ada, grace]) await write(person, `${person.name} before`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  for (const text of ['during', 'after']) {
    for (const person of [ada, grace]) await write(person, `${person.name} ${text}`);
  }
  const [one, other] = await Promise.all([reads(ada, 9), reads(grace, 9)]);
  expect(one).toEqual(other);
  expect(one).toHaveLength(9);
  for (const { name } of [ada, grace]) {
    const own = one.slice(3).filter(text => text.startsWith(name));
    expect(own).toEqual([`${name} before`, `${name} during`, `${name} after`]);
  }
}, 90_000);

/** The processes of signaling's replicas. */
async function replicaPids(): Promise<number[]> {
  const ids = await kube(
    'get',
    'pods',
    '-n',
    'parley-system',
    '-l',
    'app.kubernetes.io/component=signaling',
    '-o',
    'jsonpath={.items[*].status.containerStatuses[0].containerID}',
  );
  return ids.split(' ').map(id => Number(/:\/\/(\d+)/.exec(id)?.[1]));
}
