import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectNoBarriers } from './barriers.ts';
import { useFixture } from './fixture.ts';

const fixture = useFixture();
const { kube, makeRoom, stack } = fixture;
const room = 'languages';
/** What is said in Latin letters in every language: names of products, protocols and devices. */
const latin =
  /Parley|localhost|https?|Fake (Default )?Audio (In|Out)put( \d)?|Fake (Default )?Audio|fake_device_\d|team-standup|languages/g;

let page: Page;
beforeAll(async () => {
  await makeRoom(room, { displayName: 'اجتماع الفريق' });
  const context = await fixture.browser.newContext({
    locale: 'ar-EG',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
});
afterAll(async () => {
  await page?.context().close();
  await kube('delete', 'room', room);
});

/** Runs in the page: what is said in words of Latin letters, to eyes or to screen readers. */
function latinWords(allowed: RegExp): string[] {
  const foreign = (element: Element | null) =>
    element?.closest('[lang]:not(html), kbd, script, style, noscript, svg') != null;
  const said: string[] = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, nodeValue } = walker.currentNode;
    if (!foreign(parentElement)) said.push(nodeValue ?? '');
  }
  for (const element of document.querySelectorAll('*')) {
    if (foreign(element)) continue;
    for (const name of ['aria-label', 'aria-description', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
      said.push(element.getAttribute(name) ?? '');
    }
  }
  return said.filter(text => /[a-z]{2,}/i.test(text.replace(allowed, '')));
}

const expectOnlyArabic = async () => expect(await page.evaluate(latinWords, latin)).toEqual([]);
const own = () => page.evaluate(() => window.parley?.call.snapshot().self?.id);
const written = () =>
  page.evaluate(() => [document.documentElement.lang, document.documentElement.dir].join(' '));

it('in Arabic the front page and the green room are read from right to left, without a word of English', async () => {
  await page.goto(stack.webUrl);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await written()).toBe('ar rtl');
  await expectOnlyArabic();
  await expectNoBarriers(page);

  await page.goto(`${stack.webUrl}/${room}`);
  await page.getByRole('button', { name: 'إيقاف الكاميرا' }).waitFor();
  await page.getByText('الصوت والصورة').click();
  await expectOnlyArabic();
  await expectNoBarriers(page);
});

it('so is the call', async () => {
  await page.getByLabel('اسمك').fill('ليلى');
  await page.getByRole('button', { name: 'انضمام', exact: true }).click();
  await page.waitForFunction(() => window.parley?.call.snapshot().state.status === 'joined');
  await page.getByRole('button', { name: 'كتم الميكروفون' }).waitFor();
  expect(await written()).toBe('ar rtl');
  await expectOnlyArabic();
  await expectNoBarriers(page);

  const devices = page.getByRole('button', { name: 'الأجهزة', exact: true });
  if (!(await devices.isVisible())) await page.getByRole('button', { name: 'المزيد' }).click();
  await devices.click();
  await page.getByRole('dialog', { name: 'الأجهزة' }).waitFor();
  await expectOnlyArabic();
  await page.keyboard.press('Escape');
});

it('another language is chosen in the call, which goes on', async () => {
  const me = await own();
  await page.getByRole('button', { name: 'المزيد' }).click();
  await page.getByRole('button', { name: 'اللغة' }).click();
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
  await page.getByRole('button', { name: 'Mikrofon stummschalten' }).waitFor();
  expect(await written()).toBe('de ltr');
  expect(await own()).toBe(me);
  expect(await page.evaluate(() => window.parley?.call.snapshot().state.status)).toBe('joined');
});

it('it is remembered, and so is how light the page is; a link may ask for another', async () => {
  await page.goto(stack.webUrl);
  await page.getByRole('button', { name: 'Neues Meeting' }).waitFor();
  await page.getByLabel('Darstellung').selectOption('Dunkel');
  const isDark = () =>
    page.waitForFunction(() => getComputedStyle(document.body).backgroundColor === 'rgb(14, 21, 20)');
  await isDark();
  await page.reload();
  await page.getByRole('button', { name: 'Neues Meeting' }).waitFor();
  await isDark();
  await page.getByLabel('Sprache').selectOption('Español');
  await page.getByRole('button', { name: 'Nueva reunión' }).waitFor();
  await page.goto(`${stack.webUrl}/?lang=en`);
  await page.getByRole('button', { name: 'New meeting' }).waitFor();
});
