import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';
import { Person } from './person.ts';

const fixture = useFixture();
const { stack, kube, makeRoom } = fixture;
const room = 'lively';
let ada: Person;
let grace: Person;
let joan: Person;

async function tokenFor(grants: object): Promise<string> {
  const response = await fetch(`${stack.apiUrl}/v1/rooms/default/${room}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(grants),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { token: string }).token;
}
const settings = async (name: string, role: string) => ({
  webUrl: stack.webUrl,
  room,
  name,
  camera: false,
  token: await tokenFor({ role, identity: name.toLowerCase() }),
});
const open = async (name: string, role: string) => Person.join(fixture.browser, await settings(name, role));

beforeAll(async () => {
  await makeRoom(room);
  [ada, grace, joan] = await Promise.all([
    open('Ada', 'moderator'),
    open('Grace', 'speaker'),
    open('Joan', 'viewer'),
  ]);
});
afterAll(async () => {
  await Promise.all([ada, grace, joan].map(person => person?.close()));
  await kube('delete', 'room', room);
});

/** Presses a control, in the bar or in the menu "More". */
async function press({ page }: Person, name: string | RegExp) {
  const button = page.getByRole('group', { name: 'Call controls' }).getByRole('button', { name });
  if ((await button.count()) > 0) return button.click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog', { name: 'More' }).getByRole('button', { name }).click();
}
const panel = ({ page }: Person, name: string) => page.getByRole('region', { name, exact: true });
const choose = async ({ page }: Person, name: string, action: string) => {
  await page
    .getByRole('button', { name: `Actions for ${name}` })
    .first()
    .press('Enter');
  await page.getByRole('menuitem', { name: action }).click();
};
const seenBy = async (person: Person, name: string) =>
  (await person.others()).find(one => one.name === name)?.media;

it('what is written stays text, its links lead out, and what is unread stands in the title', async () => {
  await press(ada, /^Chat/);
  const written = '<img src=x onerror=alert(1)> https://example.org/a javascript:alert(1)';
  await ada.page.getByRole('textbox', { name: 'Message' }).fill(written);
  await ada.page.keyboard.press('Enter');
  await eventually('the title to count', async () => (await grace.page.title()).startsWith('(1) '));
  await grace.page.getByRole('button', { name: /^Open the chat/ }).click();
  const message = panel(grace, 'Chat').getByTestId('message-text');
  expect(await message.textContent()).toBe(written);
  const link = message.getByRole('link');
  expect(await link.count()).toBe(1);
  expect(await link.getAttribute('href')).toBe('https://example.org/a');
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
  expect(await link.getAttribute('target')).toBe('_blank');
  await eventually('the title to count no more', async () => !(await grace.page.title()).startsWith('('));
});

it('a reaction is seen by everyone, from who reacts', async () => {
  const seen = [ada, joan].map(({ page }) =>
    page.locator('[data-testid=reaction][data-reaction=heart]').waitFor(),
  );
  await press(grace, 'React');
  await expectNoBarriers(grace.page, '[role=dialog]');
  await grace.page.getByRole('button', { name: 'heart' }).click();
  await Promise.all(seen);
});

it('hands wait in the order in which they went up, and are lowered by moderators and by oneself', async () => {
  await press(joan, 'Raise hand');
  await ada.page.getByRole('img', { name: 'Hand raised, number 1' }).first().waitFor();
  await press(grace, 'Raise hand');
  await press(ada, /^People/);
  const queue = panel(ada, '2 raised hands');
  await queue.waitFor();
  expect(await queue.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringMatching(/^Joan/),
    expect.stringMatching(/^Grace/),
  ]);
  await expectNoBarriers(ada.page, 'section[aria-label=People]');
  await queue.getByRole('button', { name: 'Lower the hand of Joan' }).click();
  await joan.page.getByRole('button', { name: 'Raise hand' }).first().waitFor();
  await press(grace, 'Lower hand');
  await panel(ada, '1 raised hand').waitFor({ state: 'detached' });
});

it('O13 who is asked to unmute decides; nothing happens by itself', async () => {
  await press(grace, 'Mute microphone');
  await eventually('Ada to see it', async () => (await seenBy(ada, 'Grace'))?.microphone?.paused === true);
  const question = grace.page.getByRole('dialog', { name: /asks you to unmute$/ });
  await choose(ada, 'Grace', 'Ask to unmute');
  await expectNoBarriers(grace.page, '[role=dialog]');
  await question.getByRole('button', { name: 'Not now' }).click();
  await question.waitFor({ state: 'detached' });
  expect((await seenBy(ada, 'Grace'))?.microphone?.paused).toBe(true);
  await choose(ada, 'Grace', 'Ask to unmute');
  await question.getByRole('button', { name: 'Unmute' }).click();
  await eventually('Ada to hear', async () => (await seenBy(ada, 'Grace'))?.microphone?.paused === false);
});

it('O11 a share is ended by a moderator, stays so, and may begin again', async () => {
  await press(grace, 'Share screen');
  await eventually('Ada to see it', async () => (await seenBy(ada, 'Grace'))?.screen !== undefined);
  await choose(ada, 'Grace', 'Stop screen sharing');
  await grace.page
    .getByRole('status')
    .filter({ hasText: /Ada\S? stopped your screen sharing/ })
    .waitFor();
  await eventually('it to be gone', async () => (await seenBy(ada, 'Grace'))?.screen === undefined);
  await press(grace, 'Share screen');
  await eventually('Ada to see it again', async () => (await seenBy(ada, 'Grace'))?.screen !== undefined);
  await press(grace, 'Stop sharing');
});

it('O5 a viewer who is made a speaker shows themselves without joining again', async () => {
  const stay = () => joan.page.evaluate(() => window.parley?.call.snapshot().self?.id);
  const before = await stay();
  await choose(ada, 'Joan', 'Make speaker');
  await joan.page.getByText('You can speak and show yourself now.').waitFor();
  await press(joan, /^Turn camera on/);
  await eventually('Ada to see Joan', async () => (await seenBy(ada, 'Joan'))?.camera?.playable === true);
  expect(await stay()).toBe(before);
});

it('O14 O15 who is banned does not come back until that is lifted', async () => {
  await choose(ada, 'Grace', 'Ban from meeting…');
  await ada.page.getByRole('button', { name: 'Ban', exact: true }).click();
  await grace.until('to be out', ({ status }) => status === 'ended');
  const again = await Person.open(fixture.browser, await settings('Grace', 'speaker'));
  await again.until('to be refused', ({ status }) => status === 'refused');
  await again.page.getByRole('heading', { name: 'You cannot come back to this meeting' }).waitFor();
  await again.close();
  await panel(ada, '1 person is banned').getByRole('button', { name: 'Lift the ban of Grace' }).click();
  await panel(ada, '1 person is banned').waitFor({ state: 'detached' });
  await grace.close();
  grace = await open('Grace', 'speaker');
});

it('O7 who ends the meeting ends it for all', async () => {
  await press(ada, 'Host controls');
  await ada.page.getByRole('menuitem', { name: 'End meeting for everyone…' }).click();
  await ada.page.getByRole('button', { name: 'End for everyone' }).click();
  for (const person of [ada, grace, joan]) {
    await person.until('to be out', ({ status }) => status === 'ended');
  }
});
