import { join } from 'node:path';
import { servePage } from '@parley/client/test';
import { eventually } from '@parley/testing';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';

const fixture = useFixture();
const { stack, kube, makeRoom } = fixture;
const patienceMs = 60_000;
const example = join(import.meta.dirname, '../client/example');

/** The pictures that move, by the names of those who send them. */
const moving = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('video')].filter(one => one.videoWidth > 0).map(one => one.title),
  );

it('the example of the client library: people join, see each other, and leave', async () => {
  const room = 'exemplary';
  await makeRoom(room);
  await using served = await servePage(example, stack.webUrl);
  const enter = async (name: string, where = room) => {
    const page = await (await fixture.browser.newContext()).newPage();
    await page.goto(served.url);
    await page.getByLabel('Room').fill(where);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Join' }).click();
    return page;
  };
  const [ada, grace] = await Promise.all([enter('Ada'), enter('Grace')]);
  await eventually('Ada to see Grace', async () => (await moving(ada)).includes('Grace'), patienceMs);
  await eventually('Grace to see Ada', async () => (await moving(grace)).includes('Ada'), patienceMs);

  await grace.getByRole('button', { name: 'Leave' }).click();
  await grace.getByText('You left the meeting.').waitFor();
  await eventually('Grace to be gone', async () => (await moving(ada)).length === 0, patienceMs);

  const stranger = await enter('Joan', 'no-such-room');
  await stranger.getByText(/no such meeting/i).waitFor();
  expect(await moving(stranger)).toEqual([]);

  await Promise.all([ada, grace, stranger].map(page => page.context().close()));
  await kube('delete', 'room', room);
}, 240_000);
