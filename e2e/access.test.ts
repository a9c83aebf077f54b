import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';
import { Person } from './person.ts';

const fixture = useFixture();
const { stack, kube, makeRoom } = fixture;
const room = 'access';

beforeAll(() => makeRoom(room, { displayName: 'Access' }));
afterAll(() => kube('delete', 'room', room));

/** A window in which nothing fades, since axe reads colours as they are at that moment. */
async function openWindow(path: string, width: number, height: number): Promise<Page> {
  const context = await fixture.browser.newContext({
    viewport: { width, height },
    reducedMotion: 'reduce',
    permissions: ['camera', 'microphone'],
  });
  const page = await context.newPage();
  await page.goto(`${stack.webUrl}${path}`);
  return page;
}

/** A tooltip under the mouse belongs to no landmark. */
async function lookAway(page: Page) {
  await page.mouse.move(0, 0);
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
}

/** Opens something by its key, looks, and closes it. */
async function lookInto(page: Page, key: string, opened: () => Promise<unknown>) {
  await page.keyboard.press(key);
  await opened();
  await expectNoBarriers(page);
  await page.keyboard.press('Escape');
}

describe.each([
  ['a desk', 1280, 800],
  ['a phone', 390, 844],
])('a call on the screen of %s', (_name, width, height) => {
  let page: Page;
  let other: Person;

  beforeAll(async () => {
    other = await Person.join(fixture.browser, { webUrl: stack.webUrl, room, name: 'Grace' });
    page = await openWindow(`/${room}?name=Ada&autojoin=1`, width, height);
    await page.getByRole('listitem', { name: 'Grace' }).waitFor();
  });
  afterAll(async () => {
    await Promise.all([page.context().close(), other.close()]);
  });

  it('has no barriers', () => expectNoBarriers(page));

  it.each([
    ['the chat', 'c', 'Chat'],
    ['the list of people', 'p', 'People'],
  ])('has none in %s', async (_what, key, name) => {
    await lookInto(page, key, () => page.getByRole('region', { name, exact: true }).waitFor());
  });

  it('has none in the sheet of keys', async () => {
    await lookInto(page, '?', () => page.getByRole('dialog').waitFor());
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('has none in the menu of what is needed seldom', async () => {
    await page.getByRole('button', { name: 'More' }).click();
    await lookAway(page);
    await expectNoBarriers(page);
    await page.keyboard.press('Escape');
  });

  it('keeps every control within the screen and large enough to be hit', async () => {
    const controls = page.getByRole('group', { name: 'Call controls' }).getByRole('button');
    for (const box of await Promise.all((await controls.all()).map(one => one.boundingBox()))) {
      if (!box) throw new Error('A control is not to be seen.');
      expect(box.width).toBeGreaterThanOrEqual(24);
      expect(box.height).toBeGreaterThanOrEqual(24);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
  });
});

describe('somebody who has a keyboard alone', () => {
  let page: Page;

  beforeAll(async () => {
    page = await openWindow(`/${room}`, 1280, 800);
  });
  afterAll(() => page.context().close());

  it('joins', async () => {
    // Who has no name yet is asked for it first.
    await page.getByRole('textbox', { name: 'Your name' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
    await page.keyboard.type('Hedy');
    await page.keyboard.press('Enter');
    await page.getByRole('listitem', { name: 'Hedy' }).waitFor();
  });

  it('mutes and writes, and is where they were when the chat closes', async () => {
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Unmute microphone' }).waitFor();
    await page.getByRole('button', { name: 'Unmute microphone' }).focus();
    await page.keyboard.press('c');
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    // Keys are letters where one writes.
    await page.keyboard.type('mvch?');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('mvch?').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Message' }).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Unmute microphone',
    );
  });

  it('hears who comes and who goes', async () => {
    const other = await Person.join(fixture.browser, { webUrl: stack.webUrl, room, name: 'Katherine' });
    await page.locator('[aria-live=polite]').getByText('Katherine joined.').waitFor({ state: 'attached' });
    await other.close();
    await page.locator('[aria-live=polite]').getByText('Katherine left.').waitFor({ state: 'attached' });
  });

  it('reaches every control, and leaves', async () => {
    const reached = new Set<string>();
    for (let tabs = 0; tabs < 60; tabs++) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      reached.add(name);
      if (name === 'Leave') break;
    }
    expect([...reached]).toEqual(expect.arrayContaining(['Turn camera off', 'Chat', 'More', 'Leave']));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You left the meeting' }).waitFor();
    await expectNoBarriers(page);
  });
});

it.each(['light', 'dark'] as const)('Arabic has no barriers before a call, %s', async colorScheme => {
  const page = await openWindow(`/${room}?lang=ar`, 390, 844);
  await page.emulateMedia({ colorScheme });
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl');
  await expectNoBarriers(page);
  await page.context().close();
});
