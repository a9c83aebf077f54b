import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoBarriers as expectNoBarriersIn } from './barriers.ts';
import { useFixture } from './fixture.ts';

const fixture = useFixture();
const { webUrl } = fixture.stack;
const complaints: string[] = [];

/** A window whose complaints are written down: errors, warnings and violations of the content security policy. */
async function openWindow(who: string): Promise<Page> {
  const context = await fixture.browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    // What fades in is for a moment too pale to read.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${who}: ${message.text()}`);
  });
  page.on('pageerror', error => complaints.push(`${who}: ${error.message}`));
  return page;
}

/** A tooltip under the mouse belongs to no landmark. */
async function expectNoBarriers(page: Page) {
  await page.mouse.move(0, 0);
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await expectNoBarriersIn(page);
}

async function enterName(page: Page, name: string) {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}

async function showsPictures(page: Page, count: number) {
  await page.waitForFunction(
    count =>
      [...document.querySelectorAll<HTMLVideoElement>('[data-testid=tile] video')].filter(
        ({ videoWidth }) => videoWidth > 0,
      ).length === count,
    count,
  );
}

describe('a meeting that people make by themselves', () => {
  let ada: Page;
  let grace: Page;

  beforeAll(async () => {
    [ada, grace] = [await openWindow('Ada'), await openWindow('Grace')];
  });

  it('leads from "New meeting" through the green room into the call', async () => {
    await ada.goto(webUrl);
    const newMeeting = ada.getByRole('button', { name: 'New meeting' });
    await newMeeting.waitFor();
    await expectNoBarriers(ada);

    await newMeeting.click();
    await ada.getByRole('button', { name: 'Turn camera off' }).waitFor();
    await expectNoBarriers(ada);

    await enterName(ada, 'Ada');
    await showsPictures(ada, 1);
  });

  it('lets a second person in by the link', async () => {
    await ada.getByRole('button', { name: 'Copy link' }).click();
    await ada.getByText('Link copied').waitFor();
    const link = await ada.evaluate(() => navigator.clipboard.readText());

    await grace.goto(webUrl);
    await grace.getByLabel('Meeting name or link').fill(link);
    await grace.getByRole('button', { name: 'Join meeting' }).click();
    await enterName(grace, 'Grace');
    await Promise.all([ada, grace].map(page => showsPictures(page, 2)));
    await expectNoBarriers(grace);
  });

  it.each([
    [844, 390],
    [390, 844],
    [360, 640],
  ])('keeps everyone on a screen of %i × %i', async (width, height) => {
    await grace.setViewportSize({ width, height });
    await grace.waitForFunction(() =>
      [...document.querySelectorAll('[data-testid=tile]')].every(tile => {
        const { left, top, right, bottom } = tile.getBoundingClientRect();
        return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
      }),
    );
  });

  it('lets people leave and come back', async () => {
    await grace.getByRole('button', { name: 'Leave' }).click();
    await grace.getByRole('heading', { name: 'You left the meeting' }).waitFor();
    await expectNoBarriers(grace);
    await showsPictures(ada, 1);
    await grace.getByRole('button', { name: 'Rejoin' }).click();
    await Promise.all([ada, grace].map(page => showsPictures(page, 2)));
  });

  it('says why somebody is not let in', async () => {
    await grace.goto(`${webUrl}/nowhere`);
    await enterName(grace, 'Grace');
    await grace.getByRole('heading', { name: 'There is no such meeting' }).waitFor();
    await expectNoBarriers(grace);
  });

  it('leaves nothing in the console', () => {
    expect(complaints).toEqual([]);
  });
});

describe('a lecture, where tokens say who speaks', () => {
  async function invitation(grant: object): Promise<string> {
    const { apiUrl, apiKey } = fixture.stack;
    const response = await fetch(`${apiUrl}/v1/rooms/default/lecture/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(grant),
    });
    const { joinUrl } = (await response.json()) as { joinUrl: string };
    return joinUrl;
  }

  it('lets viewers watch, offers them nothing that they may not do, and gives their camera back', async () => {
    await fixture.makeRoom('lecture', { access: 'Token' });
    const [lecturer, viewer] = [await openWindow('Lise'), await openWindow('Vera')];
    await lecturer.goto(await invitation({ displayName: 'Lise', role: 'moderator' }));
    await enterName(lecturer, 'Somebody');
    await showsPictures(lecturer, 1);
    await lecturer.getByRole('button', { name: 'Mute microphone' }).waitFor();

    await viewer.goto(await invitation({ displayName: 'Vera', role: 'viewer' }));
    await viewer.getByRole('button', { name: 'Turn camera off' }).waitFor();
    await enterName(viewer, 'Somebody');
    await viewer.getByText('You are watching').waitFor();
    await showsPictures(viewer, 1);
    for (const name of [/microphone/, /camera/, 'Share screen']) {
      expect(await viewer.getByRole('button', { name }).count()).toBe(0);
    }
    await expectNoBarriers(viewer);
    await lecturer.getByText('Vera').first().waitFor();
    expect(await lecturer.getByText('Somebody').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
