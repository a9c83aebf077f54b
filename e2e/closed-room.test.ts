import { afterAll, describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { roomManifest } from './kubectl.ts';
import { Person } from './person.ts';

const fixture = useFixture();
const { kube } = fixture;
const { webUrl } = fixture.stack;

describe('a room that its administrator closes', () => {
  const room = 'club';
  let ada: Person;
  afterAll(() => kube('delete', 'room', room));

  it('makes people wait before it, and lets them in by itself when it opens', async () => {
    await kube.apply(roomManifest(room, { suspended: true }));
    await kube('wait', `room/${room}`, '--for=condition=Ready=False', '--timeout=20s');
    ada = await Person.open(fixture.browser, { webUrl, room, name: 'Ada' });
    await ada.page.getByRole('heading', { name: 'The meeting is closed for now' }).waitFor();
    await ada.page.getByText('This page lets you in when it opens again.').waitFor();
    const code = await ada.page.evaluate(() => {
      const state = window.parley?.call.snapshot().state;
      return state?.status === 'refused' ? state.error.code : undefined;
    });
    expect(code).toBe('room_closed');

    await kube('patch', 'room', room, '--type=merge', '-p', '{"spec":{"suspended":false}}');
    await ada.until('to be let in', state => state.status === 'joined', 60_000);
    const [bob] = await fixture.join(room, ['Bob']);
    await bob.seesAndHears(1);
    await bob.close();
  }, 120_000);

  it('sends people out with a word, and lets them wait if they like', async () => {
    await kube('patch', 'room', room, '--type=merge', '-p', '{"spec":{"suspended":true}}');
    await ada.page.getByRole('heading', { name: 'The meeting was closed for now' }).waitFor();
    expect(await ada.state()).toMatchObject({ status: 'ended', reason: 'room_closed' });
    await ada.page.getByRole('button', { name: 'Rejoin' }).click();
    await ada.page.getByRole('heading', { name: 'The meeting is closed for now' }).waitFor();
    await ada.page.getByRole('button', { name: 'Back' }).click();
    await ada.page.getByLabel('Your name').waitFor();
    await ada.close();
  });
});

describe('a room that opens later', () => {
  const room = 'tomorrow';
  afterAll(() => kube('delete', 'room', room));

  it('says when, on the clock of who wants in', async () => {
    const opens = new Date(Date.now() + 30 * 3_600_000);
    const wall = (date: Date) => date.toISOString().slice(0, 16);
    const schedule = { opens: wall(opens), closes: wall(new Date(opens.getTime() + 3_600_000)) };
    await kube.apply(roomManifest(room, { schedule }));
    await kube('wait', `room/${room}`, '--for=condition=Ready=False', '--timeout=20s');
    const eve = await Person.open(fixture.browser, { webUrl, room, name: 'Eve' });
    await eve.page.getByRole('heading', { name: 'The meeting is not open yet' }).waitFor();
    const day = await eve.page.evaluate(
      ms => new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(ms),
      opens.getTime(),
    );
    const text = await eve.page.getByRole('status').textContent();
    expect(text?.replaceAll(',', '')).toContain(`It opens on ${day.replaceAll(',', '')}`);
    await eve.close();
  });
});
