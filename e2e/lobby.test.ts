import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';
import { Person } from './person.ts';

const fixture = useFixture();
const { kube, makeRoom, stack } = fixture;
const room = 'lobby';
const people: Person[] = [];
let host: Person;

beforeAll(async () => {
  await makeRoom(room, { lobby: true });
});
afterAll(async () => {
  await Promise.all(people.map(person => person.close()));
  await kube('delete', 'room', room);
});

const open = async (name: string, token?: string) => {
  const settings = { webUrl: stack.webUrl, room, name, camera: false, microphone: false };
  const person = await Person.open(fixture.browser, { ...settings, ...(token && { token }) });
  people.push(person);
  return person;
};

async function hostToken(): Promise<string> {
  const response = await fetch(`${stack.apiUrl}/v1/rooms/default/${room}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'moderator' }),
  });
  return ((await response.json()) as { token: string }).token;
}

const lobbyOf = ({ page }: Person) => page.getByRole('region', { name: /to be let in$/ });
const hears = ({ page }: Person, text: string) =>
  page.getByRole('status').filter({ hasText: text }).waitFor();

it('L1 who comes before any host waits, and sees so', async () => {
  const ann = await open('Ann');
  await ann.until('to wait', state => state.status === 'inLobby');
  await ann.page.getByRole('heading', { name: 'You wait for a host' }).waitFor();
  await hears(ann, 'No host is here yet');
  await expectNoBarriers(ann.page, 'main');
});

it('L1 L5 a host comes in by the link that makes them one, and both hear of each other', async () => {
  host = await open('Hedy', await hostToken());
  await host.until('to be in', state => state.status === 'joined');
  expect(host.page.url()).not.toContain('token');
  await lobbyOf(host).getByText('Ann').waitFor();
  await host.page
    .locator('[aria-live=polite]')
    .filter({ hasText: 'Ann waits to be let in.' })
    .waitFor({ state: 'attached' });
  const [ann] = people;
  if (ann) await hears(ann, 'The hosts see that you are waiting');
  await expectNoBarriers(host.page, 'section[aria-labelledby=lobby-title]');
});

it('L3 who is admitted, by keyboard, comes in by themselves', async () => {
  await lobbyOf(host).getByRole('button', { name: 'Admit Ann' }).press('Enter');
  const [ann] = people;
  await ann?.until('to be in', state => state.status === 'joined');
  await lobbyOf(host).waitFor({ state: 'detached' });
  await eventually('Hedy to see Ann', async () => (await host.others()).some(({ name }) => name === 'Ann'));
  if (ann) expect(await lobbyOf(ann).count()).toBe(0);
});

it('L3 all who wait are admitted at once', async () => {
  const [ben, cem] = [await open('Ben'), await open('Cem')];
  await lobbyOf(host).getByRole('heading', { name: '2 people wait' }).waitFor();
  await lobbyOf(host).getByRole('button', { name: 'Admit all' }).click();
  for (const person of [ben, cem]) await person.until('to be in', state => state.status === 'joined');
});

it('L4 who is refused is told so, and may ask again later', async () => {
  const eve = await open('Eve');
  await lobbyOf(host).getByRole('button', { name: 'Refuse Eve' }).click();
  await eve.page.getByRole('heading', { name: 'You were not let in' }).waitFor();
  await eve.page.getByRole('button', { name: 'Ask again' }).waitFor();
  await lobbyOf(host).waitFor({ state: 'detached' });
});

it('L9 who waits comes in when the lobby is switched off', async () => {
  await kube('patch', 'room', room, '--type=merge', '-p', '{"spec":{"lobby":false}}');
  const dan = await open('Dan');
  await dan.until('to be in', state => state.status === 'joined');
});
