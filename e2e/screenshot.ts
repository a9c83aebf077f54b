/** `npx node e2e/screenshot.ts` takes the docs' pictures of the page, of real browsers on a cluster of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStack } from '@parley/local';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { drawCamera } from './drawn-camera.ts';
import { kubectl, roomManifest } from './kubectl.ts';
import { Person } from './person.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const cast = [
  { name: 'Ada', wall: '#2f4858', shirt: '#f6ae2d', skin: '#e8b98f', hair: '#3b2417' },
  { name: 'Grace', wall: '#5b3758', shirt: '#33a1a1', skin: '#b97f57', hair: '#1c1413' },
  { name: 'Joan', wall: '#33523d', shirt: '#d1495b', skin: '#f1cdb0', hair: '#a2662f' },
  { name: 'Radia', wall: '#4a4063', shirt: '#7fb069', skin: '#8d5a3b', hair: '#0f0c0b' },
] as const;
const desk = { width: 1280, height: 760 };
const phone = { width: 390, height: 844 };

await using cleanup = new AsyncDisposableStack();
const dir = await mkdtemp(join(tmpdir(), 'parley-screenshot-'));
cleanup.defer(() => rm(dir, { recursive: true, force: true }));
const stack = await startStack({ dir, entrancePort: 0, progress: step => console.log(step) });
cleanup.defer(() => stack.stop());
const kube = kubectl(stack.kubeconfig);
await kube.apply(roomManifest('standup', { displayName: 'Daily stand-up' }));
await kube('wait', 'room/standup', '--for=condition=Ready', '--timeout=20s');
const browser = await launchBrowser(['--auto-select-desktop-capture-source=Entire screen']);
cleanup.defer(() => browser.close());
await mkdir(folder, { recursive: true });

/** Takes a picture of what is there once nothing moves and nothing is pointed at. */
async function take(page: Page, name: string) {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  console.log(`${name}.png`);
}

async function takeBoth(page: Page, name: string) {
  await page.setViewportSize(desk);
  await take(page, name);
  await page.setViewportSize(phone);
  await take(page, `${name}-phone`);
}

const [ada, ...others] = cast;
const visitor = await browser.newPage({ permissions: ['camera', 'microphone'] });
await visitor.addInitScript(drawCamera, ada);
await visitor.goto(stack.webUrl);
await visitor.getByRole('button', { name: 'New meeting' }).waitFor();
await takeBoth(visitor, 'front-page');
await visitor.goto(`${stack.webUrl}/standup?name=Ada`);
await visitor.getByRole('button', { name: 'Turn camera off' }).waitFor();
await visitor.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
await takeBoth(visitor, 'green-room');
await visitor.goto(`${stack.webUrl}/standup?name=Ada&lang=ar`);
await visitor.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
await takeBoth(visitor, 'green-room-arabic');
await visitor.close();

const room = { webUrl: stack.webUrl, room: 'standup' };
const people: Person[] = [];
for (const { name, ...look } of [ada, ...others]) {
  const prepare = (page: Page) => page.addInitScript(drawCamera, look);
  people.push(await Person.join(browser, { ...room, name, prepare }));
}
const [first, second, third, fourth] = people;
if (!first || !second || !third || !fourth) throw new Error('Somebody is missing.');
const { page } = first;
await page.setViewportSize(desk);
await first.seesAndHears(cast.length - 1);
await third.page.getByRole('button', { name: 'Mute microphone' }).click();
await page.locator('[data-testid=tile][aria-label=Joan]').getByRole('img', { name: 'muted' }).waitFor();
await take(page, 'call');
await page.setViewportSize(phone);
await take(page, 'call-phone');

await second.page.getByRole('button', { name: 'Raise hand' }).click();
for (const [person, text] of [
  [fourth, 'Good morning! The agenda: https://example.org/agenda'],
  [second, 'Thanks. I have one more point for the end.'],
] as const) {
  await person.page.keyboard.press('c');
  await person.page.getByRole('textbox', { name: 'Message' }).fill(text);
  await person.page.keyboard.press('Enter');
  await person.page.getByRole('log').getByText(text.slice(-12)).waitFor();
}
await page.setViewportSize(desk);
for (const [key, name] of [
  ['c', 'chat'],
  ['p', 'people'],
] as const) {
  await page.keyboard.press(key);
  await page.locator('[data-panel]').waitFor();
  await takeBoth(page, name);
  await page.setViewportSize(desk);
  await page.keyboard.press(key);
}
await page.getByRole('button', { name: 'More' }).click();
await page.getByRole('button', { name: 'Statistics' }).click();
await page.locator('[data-panel] table, [data-panel] dl').first().waitFor();
await take(page, 'statistics');
await page.getByRole('button', { name: 'Close the statistics' }).click();
await page.keyboard.press('?');
await page.getByRole('dialog').waitFor();
await take(page, 'keys');
await page.keyboard.press('Escape');

await fourth.page.getByRole('button', { name: 'Share screen' }).click();
await page.getByTestId('screen').locator('video').waitFor();
await takeBoth(page, 'screen');
await page.getByRole('button', { name: 'Leave' }).click();
await page.getByRole('heading', { name: 'You left the meeting' }).waitFor();
await takeBoth(page, 'left');
