import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';
import { Person } from './person.ts';

const fixture = useFixture();
const { stack, kube, makeRoom } = fixture;
const room = 'moderated';
let ada: Person;
let grace: Person;

/** An invitation with a role, as an application gets it from the REST API. */
async function tokenFor(role: string): Promise<string> {
  const response = await fetch(`${stack.apiUrl}/v1/rooms/default/${room}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { token: string }).token;
}

const open = async (name: string, role?: string) =>
  Person.join(fixture.browser, {
    webUrl: stack.webUrl,
    room,
    name,
    camera: false,
    ...(role && { token: await tokenFor(role) }),
  });

beforeAll(async () => {
  await makeRoom(room);
  [ada, grace] = await Promise.all([open('Ada', 'moderator'), open('Grace')]);
});
afterAll(async () => {
  await Promise.all([ada, grace].map(person => person?.close()));
  await kube('delete', 'room', room);
});

const actionsFor = ({ page }: Person, name: string) =>
  page.getByRole('button', { name: `Actions for ${name}` });
const choose = ({ page }: Person, name: string) => page.getByRole('menuitem', { name }).click();

it('O3 who is muted reads by whom, and unmutes themselves when they like', async () => {
  await actionsFor(ada, 'Grace').click();
  await choose(ada, 'Mute');
  const notice = grace.page.getByRole('status').filter({ hasText: /Ada\S? muted you\./ });
  await notice.waitFor();
  await grace.page.getByRole('button', { name: 'Unmute microphone' }).click();
  await notice.waitFor({ state: 'detached' });
  await eventually('Ada to see it', async () =>
    (await ada.others()).some(({ media }) => media.microphone?.paused === false),
  );
});

it('O1 who may not moderate is offered nothing of it', async () => {
  expect(await actionsFor(grace, 'Ada').count()).toBe(0);
  expect(await grace.page.getByRole('button', { name: 'Host controls' }).count()).toBe(0);
});

it('O6 a locked meeting says so, and to who is late', async () => {
  await ada.page.getByRole('button', { name: 'Host controls' }).click();
  await choose(ada, 'Lock meeting');
  await grace.page.getByRole('img', { name: 'The meeting is locked' }).waitFor();
  const late = await Person.open(fixture.browser, {
    webUrl: stack.webUrl,
    room,
    name: 'Late',
    camera: false,
  });
  await late.until('to be refused', state => state.status === 'refused');
  await late.close();
});

it('has no barriers, with a menu open and without', async () => {
  await expectNoBarriers(ada.page, 'ul');
  await expectNoBarriers(ada.page, 'header');
  await expectNoBarriers(ada.page, 'footer');
  await actionsFor(ada, 'Grace').press('Enter');
  await ada.page.getByRole('menuitem', { name: 'Make viewer' }).waitFor();
  await expectNoBarriers(ada.page, '[role=menu]');
  await ada.page.keyboard.press('Escape');
});

it('O5 who is made a viewer only watches', async () => {
  await actionsFor(ada, 'Grace').click();
  await choose(ada, 'Make viewer');
  await grace.page.getByText('You are watching').waitFor();
});

it('O4 who is removed reads by whom, and the page does not join by itself', async () => {
  await actionsFor(ada, 'Grace').click();
  await choose(ada, 'Remove from meeting…');
  await ada.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await grace.page.getByRole('heading', { name: 'You were removed from the meeting' }).waitFor();
  await grace.page.getByText('Ada removed you').waitFor();
  expect(await grace.state()).toMatchObject({ status: 'ended', reason: 'removed' });
  await eventually('Ada to be alone', async () => (await ada.others()).length === 0);
});

it('O7 who ends the meeting is out themselves', async () => {
  await ada.page.getByRole('button', { name: 'Host controls' }).click();
  await choose(ada, 'End meeting for everyone…');
  await ada.page.getByRole('button', { name: 'End for everyone' }).click();
  await ada.page.getByRole('heading', { name: 'The meeting has ended' }).waitFor();
});
